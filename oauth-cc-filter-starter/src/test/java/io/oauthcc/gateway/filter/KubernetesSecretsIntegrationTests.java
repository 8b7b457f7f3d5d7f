package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The reference's two examples at gateway level, with secrets of a Kubernetes API server.
 */
class KubernetesSecretsIntegrationTests {

	private static final String CONFIGURATION = """
			logging.level.io.oauthcc: trace
			oauth-cc.secrets.kubernetes.namespace: gateway
			spring.cloud.gateway.server.webflux.routes:
			  - id: nologin
			    uri: <upstream>
			    predicates: [Path=/nologin/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientID: urn:k8s:secret:oauth-client-nologin:client_id
			          clientSecret: urn:k8s:secret:oauth-client-nologin:client_secret
			  - id: oci
			    uri: <upstream>
			    predicates: [Path=/oci/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientID: urn:k8s:secret:oracle-client:client_id
			          clientSecret: urn:k8s:secret:oracle-client:client_secret
			          scopes:
			            - urn:opc:resource:consumer::all
			            - custom:scope:read
			            - custom:scope:write
			management.endpoints.web.exposure.include: health
			""";

	private static final KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
			new HashMap<>(), new KubernetesCrudDispatcher(), false);

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static KubernetesClient operator;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		server.init();
		operator = server.createClient();
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		write("oauth-client-nologin", Map.of("client_id", "hush-nologin", "client_secret", "hush-one"));
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()), Cluster.class);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
		operator.close();
		server.destroy();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@Test
	void secretWhenThereThenUsedAndWhenChangedThenTheNewOne() {
		assertThat(get("/nologin/x")).isEqualTo(200);
		assertThat(idp.calls()).singleElement()
			.satisfies((call) -> assertThat(call.authorization())
				.isEqualTo(TestGateway.basic("hush-nologin", "hush-one")));
		write("oauth-client-nologin", Map.of("client_id", "hush-nologin", "client_secret", "hush-two"));
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			assertThat(get("/nologin/x")).isEqualTo(200);
			return idp.calls()
				.stream()
				.anyMatch((call) -> call.authorization().equals(TestGateway.basic("hush-nologin", "hush-two")));
		});
	}

	@Test
	void secretWhenItComesLaterThenServesWithinSeconds() {
		assertThat(get("/oci/x")).isEqualTo(503);
		write("oracle-client", Map.of("client_id", "hush-oracle"));
		assertThat(get("/oci/x")).isEqualTo(503);
		write("oracle-client", Map.of("client_id", "hush-oracle\n", "client_secret", "hush-oracle-secret\n"));
		await().atMost(Duration.ofSeconds(10)).until(() -> get("/oci/x") == 200);
		assertThat(idp.calls()).singleElement().satisfies((call) -> {
			assertThat(call.authorization()).isEqualTo(TestGateway.basic("hush-oracle", "hush-oracle-secret"));
			assertThat(call.form()).containsEntry("scope",
					"urn:opc:resource:consumer::all custom:scope:read custom:scope:write");
		});
	}

	private static int get(String path) {
		return gateway.client().get().uri(path).exchange().returnResult(Void.class).getStatus().value();
	}

	private static void write(String name, Map<String, String> values) {
		Map<String, String> data = new HashMap<>();
		values.forEach((key, value) -> data.put(key,
				Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
		operator.secrets()
			.inNamespace("gateway")
			.resource(new SecretBuilder().withNewMetadata()
				.withName(name)
				.withNamespace("gateway")
				.endMetadata()
				.withData(data)
				.build())
			.createOr((secret) -> secret.update());
	}

	/**
	 * As Spring Cloud Kubernetes makes it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Cluster {

		@Bean
		KubernetesClient kubernetesClient() {
			return server.createClient();
		}

	}

}
