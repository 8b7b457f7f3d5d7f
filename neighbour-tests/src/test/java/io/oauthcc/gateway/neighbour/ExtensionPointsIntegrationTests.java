package io.oauthcc.gateway.neighbour;

import java.nio.file.Path;
import java.util.Map;

import io.oauthcc.gateway.fixture.MarkdownPage;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code docs/extension-points.md} do what the page says.
 */
class ExtensionPointsIntegrationTests {

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: billing
			    uri: <upstream>
			    predicates: [Path=/billing/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientAuthentication: client_secret_post
			          clientId: billing-gateway
			          clientSecret: <secret>
			""";

	@Test
	void referenceWhenResolverIsAddedThenItsValueIsSent(@TempDir Path directory) throws Exception {
		Class<?> resolver = documented("class EnvironmentSecretResolver", directory);
		try (TokenEndpoint idp = TokenEndpoint.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = gateway(upstream, idp.url(), "urn:env:PATH", resolver)) {
			expect(gateway, 200);
			assertThat(idp.calls()).singleElement()
				.satisfies((call) -> assertThat(call.form()).containsEntry("client_secret", System.getenv("PATH")));
		}
	}

	@Test
	void referenceWhenResolverHasNoValueThenUnavailable(@TempDir Path directory) throws Exception {
		Class<?> resolver = documented("class EnvironmentSecretResolver", directory);
		try (Upstream upstream = Upstream.start();
				TestGateway gateway = gateway(upstream, upstream.url(), "urn:env:NO_SUCH_VARIABLE", resolver)) {
			expect(gateway, 503);
			assertThat(upstream.received()).isEmpty();
		}
	}

	@Test
	void tokenWhenClientIsReplacedThenAskedForInItsWay(@TempDir Path directory) throws Exception {
		Class<?> client = documented("AccessTokenClient jsonAccessTokenClient()", directory);
		try (Upstream idp = Upstream.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = gateway(upstream, idp.url(), "hush", client)) {
			idp.answer((call) -> new Upstream.Answer(200, "{\"access_token\":\"of-json\"}",
					Map.of("Content-Type", "application/json")));
			expect(gateway, 200);
			expect(gateway, 200);
			assertThat(upstream.received()).hasSize(2)
				.allSatisfy((call) -> assertThat(call.authorization()).containsExactly("Bearer of-json"));
			assertThat(idp.received()).singleElement()
				.satisfies((call) -> assertThat(call.body()).contains("\"client_id\":\"billing-gateway\"",
						"\"client_secret\":\"hush\""));
		}
	}

	@Test
	void tokenWhenReplacedClientFailsThenAnswersAsItSays(@TempDir Path directory) throws Exception {
		Class<?> client = documented("AccessTokenClient jsonAccessTokenClient()", directory);
		try (Upstream idp = Upstream.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = gateway(upstream, idp.url(), "hush", client)) {
			idp.answer((call) -> new Upstream.Answer(401, "", Map.of()));
			expect(gateway, 502);
			assertThat(idp.received()).hasSize(1);
			assertThat(upstream.received()).isEmpty();
		}
	}

	private static Class<?> documented(String part, Path directory) throws Exception {
		String text = MarkdownPage.all()
			.stream()
			.filter((page) -> page.path().endsWith("extension-points.md"))
			.flatMap((page) -> page.blocks().stream())
			.map(MarkdownPage.Block::text)
			.filter((block) -> block.contains(part))
			.findFirst()
			.orElseThrow();
		return DocumentedClass.load(text, directory);
	}

	private static TestGateway gateway(Upstream upstream, String idp, String secret, Class<?> documented) {
		return TestGateway.start(CONFIGURATION, Map.of("upstream", upstream.url(), "idp", idp, "secret", secret),
				documented, Open.class);
	}

	private static void expect(TestGateway gateway, int status) {
		gateway.client().get().uri("/billing/x").exchange().expectStatus().isEqualTo(status);
	}

	@Configuration(proxyBeanMethods = false)
	static class Open {

		@Bean
		SecurityWebFilterChain open(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll()).build();
		}

	}

}
