package io.oauthcc.gateway.autoconfigure;

import java.util.Map;

import io.oauthcc.gateway.filter.InvalidDefinitionException;
import io.oauthcc.gateway.fixture.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an operator reads when the configuration is wrong.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTests {

	private static final String ROUTE = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: orders
			    uri: http://localhost
			    predicates: [Path=/orders/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			""";

	@Test
	void startWhenNameHasCharacterThatArgsDropThenFails(CapturedOutput output) {
		failToStart(ROUTE + """
				          url: http://idp/token
				          headers: {'[a b]': x}
				""".indent(0));
		assertThat(output).contains("headers.a b: has a character that no name under 'args' can have");
	}

	@Test
	void startWhenManyAreWrongThenAllAreReportedAtOnce(CapturedOutput output) {
		failToStart("""
				oauth-cc:
				  middlewars.a.url: x
				  defaults.cache.skw: 1s
				  middlewares.named:
				    clientId: x
				spring.cloud.gateway.server.webflux:
				  default-filters:
				    - OAuthClientCredentials=nosuch
				  routes:
				    - id: one
				      uri: http://localhost
				      predicates: [Path=/one]
				      filters:
				        - name: OAuthClientCredentials
				          args: {url: nope, scops: a, cache: {skew: abc}}
				    - id: two
				      uri: http://localhost
				      predicates: [Path=/two]
				      filters:
				        - OAuthClientCredentials=named
				""");
		assertThat(output).contains("oauth-cc.middlewars.a.url: unknown property",
				"cache.skw: unknown option, did you mean 'cache.skew'", "middleware 'named'", "url: missing",
				"clientSecret: missing", "the default filters", "there is no middleware 'nosuch'", "route 'one'",
				"url: 'nope' is not an absolute", "scops: unknown option, did you mean 'scopes'",
				"cache.skew: 'abc' is no duration", "Use 'scopes' instead of 'scops'");
	}

	@Test
	void startWhenNamedMiddlewareIsMisspeltThenNamesThoseThereAre(CapturedOutput output) {
		failToStart("""
				oauth-cc.middlewares.named.url: http://idp/token
				spring.cloud.gateway.server.webflux.routes:
				  - id: one
				    uri: http://localhost
				    predicates: [Path=/one]
				    filters: [OAuthClientCredentials=naned]
				""");
		assertThat(output).contains("there is no middleware 'naned'", "or use one of named");
	}

	@Test
	void startWhenLazyThenStillFails() {
		failToStart("spring.main.lazy-initialization: true\n" + ROUTE + "          url: nope\n");
	}

	@Test
	void startWhenSwitchedOffThenWrongOptionsDoNotMatter() {
		try (TestGateway gateway = TestGateway.start("""
				spring.cloud.gateway.server.webflux.filter.oauth-client-credentials.enabled: false
				oauth-cc.middlewares.named.url: nope
				""", Map.of())) {
			assertThat(gateway.context().containsBean("oauthClientCredentialsGatewayFilterFactory")).isFalse();
		}
	}

	private static void failToStart(String yaml) {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> TestGateway.start(yaml, Map.of()).close());
	}

}
