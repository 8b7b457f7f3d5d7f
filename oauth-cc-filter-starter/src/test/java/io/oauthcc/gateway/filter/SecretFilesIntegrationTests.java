package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Gateways whose credentials stand in files, as a mounted volume has them.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretFilesIntegrationTests {

	private static final String CONFIGURATION = """
			logging.level.io.oauthcc: trace
			oauth-cc:
			  secrets:
			    fileRoots: <root>
			    failFast: <failFast>
			    rotationGrace: <grace>
			  middlewares.orders:
			    url: <idp>
			    clientId: urn:file:<root>/client_id
			    clientSecret: urn:file:<root>/client_secret
			    scopes: [a, 'urn:file:<root>/scope', 'urn:opc:resource:consumer::all']
			    cache.refusalTtl: 0s
			    clientConfig.maxRetries: 0
			spring.cloud.gateway.server.webflux.routes:
			  - id: orders
			    uri: <upstream>
			    predicates: [Path=/orders/**]
			    filters: [OAuthClientCredentials=orders]
			  - id: plain
			    uri: <upstream>
			    predicates: [Path=/plain/**]
			""";

	private final AtomicInteger versions = new AtomicInteger();

	@TempDir
	private Path root;

	private TokenEndpoint idp = TokenEndpoint.start();

	private Upstream upstream = Upstream.start();

	@BeforeEach
	void links() throws IOException {
		for (String key : new String[] { "client_id", "client_secret", "scope" }) {
			Files.createSymbolicLink(this.root.resolve(key), Path.of("..data", key));
		}
	}

	@AfterEach
	void stop() {
		this.upstream.close();
		this.idp.close();
	}

	@Test
	void secretWhenThereThenUsedInEveryValue() {
		exchange("hush-one");
		try (TestGateway gateway = gateway("60s")) {
			assertThat(get(gateway)).isEqualTo(200);
			assertThat(this.idp.calls()).singleElement().satisfies((call) -> {
				assertThat(call.authorization()).isEqualTo(TestGateway.basic("hush-id", "hush-one"));
				assertThat(call.form()).containsEntry("scope", "a from-file urn:opc:resource:consumer::all");
			});
		}
	}

	@Test
	void secretWhenMissingThen503UntilItComes(CapturedOutput output) {
		try (TestGateway gateway = gateway("60s")) {
			gateway.client()
				.get()
				.uri("/orders/x")
				.exchange()
				.expectStatus()
				.isEqualTo(503)
				.expectHeader()
				.valueEquals("Retry-After", "5");
			gateway.client().get().uri("/plain/x").exchange().expectStatus().isOk();
			assertThat(output.getAll().lines().filter((line) -> line.contains("answers 503: urn:file:"))).hasSize(3)
				.allMatch((line) -> line.contains("middleware 'orders'") && line.contains("there is no such file"));
			exchange("hush-one");
			await().atMost(Duration.ofSeconds(10)).until(() -> get(gateway) == 200);
			assertThat(output).contains("All secrets that were missing are there").doesNotContain("hush");
		}
	}

	@Test
	void secretWhenMissingAndFailFastThenStartFailsAndNamesIt() {
		assertThatException().isThrownBy(() -> gateway("true", "60s").close())
			.withMessageContaining("urn:file:" + this.root + "/client_secret")
			.withMessageContaining("there is no such file");
	}

	@Test
	void secretWhenExchangedThenTokenServesUntilNextOneIsThere() {
		exchange("hush-one");
		this.idp.answer((call) -> call.authorization().equals(TestGateway.basic("hush-id", "hush-one"))
				? TokenEndpoint.token("one") : TokenEndpoint.error(401, "invalid_client"));
		try (TestGateway gateway = gateway("60s")) {
			assertThat(get(gateway)).isEqualTo(200);
			exchange("hush-two");
			// The token endpoint has not heard of it yet.
			await().atMost(Duration.ofSeconds(10)).until(() -> {
				assertThat(get(gateway)).isEqualTo(200);
				return this.idp.calls()
					.stream()
					.anyMatch((call) -> call.authorization().equals(TestGateway.basic("hush-id", "hush-two")));
			});
			assertThat(this.upstream.received()).allMatch((call) -> call.authorization().contains("Bearer one"));
			assertThat(tokenOfWebClient(gateway)).isEqualTo("one");
			this.idp.answer((call) -> call.authorization().equals(TestGateway.basic("hush-id", "hush-two"))
					? TokenEndpoint.token("two") : TokenEndpoint.error(401, "invalid_client"));
			await().atMost(Duration.ofSeconds(10)).until(() -> {
				this.upstream.received().clear();
				assertThat(get(gateway)).isEqualTo(200);
				return this.upstream.received().get(0).authorization().contains("Bearer two");
			});
		}
	}

	private static String tokenOfWebClient(TestGateway gateway) {
		return gateway.context()
			.getBean(Middlewares.class)
			.authorizedClientManager("orders")
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("orders").principal("gateway").build())
			.blockOptional(Duration.ofSeconds(20))
			.orElseThrow()
			.getAccessToken()
			.getTokenValue();
	}

	@Test
	void secretWhenExchangedAndNoTokenThenFormerOneIsTriedWithinGrace() {
		exchange("hush-one");
		this.idp.answer((call) -> call.authorization().equals(TestGateway.basic("hush-id", "hush-one"))
				? TokenEndpoint.token("one", 1) : TokenEndpoint.error(401, "invalid_client"));
		try (TestGateway gateway = gateway("8s")) {
			assertThat(get(gateway)).isEqualTo(200);
			exchange("hush-two");
			await().atMost(Duration.ofSeconds(7)).until(() -> {
				assertThat(get(gateway)).isEqualTo(200);
				return this.idp.calls()
					.stream()
					.anyMatch((call) -> call.authorization().equals(TestGateway.basic("hush-id", "hush-two")));
			});
			assertThat(get(gateway)).isEqualTo(200);
			await().atMost(Duration.ofSeconds(20)).until(() -> get(gateway) == 502);
		}
	}

	@Test
	void routesWhenMadeAnewBeforeTokenEndpointFollowsThenNoRequestFails() {
		exchange("hush-one");
		this.idp.answer((call) -> call.authorization().equals(TestGateway.basic("hush-id", "hush-one"))
				? TokenEndpoint.token("one") : TokenEndpoint.error(401, "invalid_client"));
		String configuration = """
				oauth-cc.secrets.fileRoots: <root>
				spring.cloud.gateway.server.webflux.routes:
				  - id: orders
				    uri: <upstream>
				    predicates: [Path=/orders/**]
				    filters:
				      - name: OAuthClientCredentials
				        args:
				          url: <idp>
				          clientId: urn:file:<root>/client_id
				          clientSecret: urn:file:<root>/client_secret
				""";
		try (TestGateway gateway = TestGateway.start(configuration,
				Map.of("root", this.root.toString(), "idp", this.idp.url(), "upstream", this.upstream.url()))) {
			assertThat(get(gateway)).isEqualTo(200);
			exchange("hush-two");
			await().atMost(Duration.ofSeconds(10)).until(() -> {
				assertThat(get(gateway)).isEqualTo(200);
				return this.idp.calls().size() > 1;
			});
			gateway.context().publishEvent(new RefreshRoutesEvent(this));
			await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).until(() -> get(gateway) == 200);
		}
	}

	@Test
	void routeWhenAddedLaterThenRefersToNoSecret() {
		exchange("hush-one");
		try (TestGateway gateway = gateway("60s")) {
			assertThat(gateway.context()
				.getBean(OAuthClientCredentialsGatewayFilterFactory.class)
				.apply(new OAuthClientCredentialsGatewayFilterFactory.Config().setUrl(this.idp.url())
					.with("parameters.a", "urn:file:" + this.root + "/client_secret"))
				.toString()).contains("invalid definition");
		}
	}

	private static int get(TestGateway gateway) {
		return gateway.client().get().uri("/orders/x").exchange().returnResult(Void.class).getStatus().value();
	}

	private TestGateway gateway(String grace) {
		return gateway("false", grace);
	}

	private TestGateway gateway(String failFast, String grace) {
		return TestGateway.start(CONFIGURATION, Map.of("root", this.root.toString(), "idp", this.idp.url(), "upstream",
				this.upstream.url(), "failFast", failFast, "grace", grace));
	}

	/** As the kubelet does. */
	private void exchange(String secret) {
		try {
			String version = "..version-" + this.versions.incrementAndGet();
			Path versioned = Files.createDirectory(this.root.resolve(version));
			Files.writeString(versioned.resolve("client_id"), "hush-id\n");
			Files.writeString(versioned.resolve("client_secret"), secret + "\n");
			Files.writeString(versioned.resolve("scope"), "from-file\n");
			Path link = Files.createSymbolicLink(this.root.resolve("..tmp"), Path.of(version));
			Files.move(link, this.root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
