package io.oauthcc.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.oauthcc.sample.demo.Demo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The executable jar as it runs in a cluster: with Spring Cloud Kubernetes, the
 * configuration of {@code config/kubernetes} and the reference's two examples.
 */
@ExtendWith(DemoExtension.class)
@Timeout(180)
class KubernetesIntegrationTests {

	private static final Duration SECONDS = Duration.ofSeconds(60);

	private static final String OCI = """
			  - id: oci
			    uri: <upstream>
			    predicates: [Path=/oci/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/oauth2/token
			          clientId: urn:k8s:secret:oracle-client:client_id
			          clientSecret: urn:k8s:secret:oracle-client:client_secret
			          scopes:
			            - urn:opc:resource:consumer::all
			            - custom:scope:read
			            - custom:scope:write
			""";

	private static final List<String> SECRETS = List.of("hush-nologin-1", "hush-nologin-2", "hush-oracle",
			"hush-service-account");

	@Test
	void examplesWhenSecretsComeAndChangeThenServeAndNothingIsShown(Demo demo, @TempDir Path directory)
			throws Exception {
		Clients clients = new Clients(demo.idp().bean(RegisteredClientRepository.class));
		clients.register("nologin", "hush-nologin-1", Duration.ofMinutes(5), List.of());
		clients.register("oracle", "hush-oracle", Duration.ofMinutes(5),
				List.of("urn:opc:resource:consumer::all", "custom:scope:read", "custom:scope:write"));
		Path configuration = Files.writeString(directory.resolve("application.yaml"), configuration(demo));
		try (Cluster cluster = Cluster.start();
				JarGateway gateway = JarGateway.start(directory, cluster.environment("hush-service-account"),
						List.of("--spring.main.cloud-platform=kubernetes",
								"--spring.config.additional-location=" + configuration.toUri(),
								"--logging.level.root=trace", "--management.endpoints.web.exposure.include=*",
								"--management.endpoint.health.show-details=always"))) {
			List<String> shown = new ArrayList<>();
			HttpResponse<String> missing = Caller.get(gateway.url() + "/orders/1");
			assertThat(missing.statusCode()).isEqualTo(503);
			assertThat(missing.headers().firstValue("Retry-After")).hasValue("5");
			shown.add(missing.body());
			HttpResponse<String> health = Caller.get(gateway.url() + "/actuator/health");
			assertThat(health.statusCode()).isEqualTo(200);
			assertThat(health.body()).contains("urn:k8s:secret:oracle-client:client_secret",
					"there is no secret 'oracle-client'");
			assertThat(Caller.json(health).path("components").has("kubernetes")).isFalse();
			assertThat(Caller.get(gateway.url() + "/actuator/health/readiness").statusCode()).isEqualTo(200);

			cluster.write("oauth-client-nologin", Map.of("client_id", "nologin", "client_secret", "hush-nologin-1"));
			cluster.write("oracle-client", Map.of("client_id", "oracle\n", "client_secret", "hush-oracle\n"));
			JsonNode nologin = awaitServed(gateway, "/orders/1");
			assertThat(nologin.path("claims").path("sub").asString()).isEqualTo("nologin");
			JsonNode oracle = awaitServed(gateway, "/oci/1");
			assertThat(oracle.path("claims").path("sub").asString()).isEqualTo("oracle");
			assertThat(oracle.path("claims").path("scope").valueStream().map(JsonNode::asString).toList())
				.containsExactlyInAnyOrder("urn:opc:resource:consumer::all", "custom:scope:read", "custom:scope:write");

			clients.changeSecret("nologin", "hush-nologin-2");
			cluster.write("oauth-client-nologin", Map.of("client_id", "nologin", "client_secret", "hush-nologin-2"));
			String before = tokenOf(nologin);
			await().atMost(SECONDS).until(() -> !tokenOf(awaitServed(gateway, "/orders/1")).equals(before));
			for (String endpoint : List.of("env", "configprops", "beans", "conditions", "mappings", "gateway/routes",
					"gateway/routedefinitions", "health", "info", "metrics", "loggers", "threaddump")) {
				HttpResponse<String> response = Caller.get(gateway.url() + "/actuator/" + endpoint);
				assertThat(response.statusCode()).as(endpoint).isEqualTo(200);
				shown.add(response.body());
			}
			List<String> log = gateway.log().lines().toList();
			assertThat(log).anyMatch((line) -> line.contains("TRACE"));
			for (String secret : secrets()) {
				assertThat(shown).noneMatch((text) -> text.contains(secret));
				assertThat(log.stream().filter((line) -> line.contains(secret))).isEmpty();
			}
			for (String token : List.of(before, tokenOf(oracle))) {
				assertThat(shown).noneMatch((text) -> text.contains(token));
				// Spring Cloud Gateway's own, at DEBUG.
				assertThat(log.stream().filter((line) -> line.contains(token)))
					.allMatch((line) -> line.contains(".ObservedRequestHttpHeadersFilter "));
			}
		}
	}

	/** As it stands in the manifest, with other addresses. */
	private static String configuration(Demo demo) throws IOException {
		String configuration = new Manifests().applicationConfiguration();
		assertThat(configuration).contains("http://orders:8080", "http://myidp:4444/oauth2/token");
		return configuration.replace("\nmanagement:", "\n" + OCI + "management:")
			.replace("http://orders:8080", demo.upstream().url())
			.replace("http://myidp:4444/oauth2/token", demo.idp().url() + "/oauth2/token")
			.replace("<upstream>", demo.upstream().url())
			.replace("<idp>", demo.idp().url());
	}

	private static JsonNode awaitServed(JarGateway gateway, String path) {
		return Caller.json(await().atMost(SECONDS)
			.until(() -> Caller.get(gateway.url() + path), (response) -> response.statusCode() == 200));
	}

	private static String tokenOf(JsonNode received) {
		return received.path("headers").path("Authorization").path(0).asString().substring("Bearer ".length());
	}

	private static List<String> secrets() {
		List<String> secrets = new ArrayList<>();
		for (String secret : SECRETS) {
			secrets.add(secret);
			secrets.add(base64(secret));
			secrets.add(base64(secret + "\n"));
			secrets.add(base64("nologin:" + secret));
			secrets.add(base64("oracle:" + secret));
		}
		return secrets;
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
