package io.oauthcc.gateway.autoconfigure;

import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the start recommends about secrets under {@code args}.
 */
@ExtendWith(OutputCaptureExtension.class)
class InlineSecretsNoticeIntegrationTests {

	private static final String MIDDLEWARE = """
			oauth-cc.middlewares.named: {url: http://idp, clientId: a, clientSecret: hush-named}
			""";

	@Test
	void startWhenSecretsStandUnderArgsThenOneLineNamesTheRoutes(CapturedOutput output) {
		assertThat(linesOfStart(output, MIDDLEWARE + """
				spring.cloud.gateway.server.webflux:
				  default-filters:
				    - name: OAuthClientCredentials
				      args: {url: http://idp, client-id: a, client-secret: hush-default}
				  routes:
				    - id: plain
				      uri: http://localhost
				      predicates: [Path=/plain]
				      filters:
				        - name: OAuthClientCredentials
				          args: {url: http://idp, clientId: a, CLIENT_SECRET: hush-plain}
				    - id: named
				      uri: http://localhost
				      predicates: [Path=/named]
				      filters: [OAuthClientCredentials=named]
				    - id: other
				      uri: http://localhost
				      predicates: [Path=/other]
				      filters:
				        - name: OAuthClientCredentials
				          args: {url: http://idp, clientId: a, clientSecret: hush-other}
				""")).singleElement()
			.asString()
			.contains("OAuthClientCredentials of the default filters, route 'plain', route 'other', which", "INFO")
			.doesNotContain("hush", "'named'");
	}

	@Test
	void startWhenNoSecretStandsUnderArgsThenRecommendsNothing(CapturedOutput output) {
		assertThat(linesOfStart(output, MIDDLEWARE + """
				spring.cloud.gateway.server.webflux.routes:
				  - id: named
				    uri: http://localhost
				    predicates: [Path=/named]
				    filters: [OAuthClientCredentials=named]
				  - id: referring
				    uri: http://localhost
				    predicates: [Path=/referring]
				    filters:
				      - name: OAuthClientCredentials
				        args: {url: http://idp, clientId: a, clientSecret: 'urn:file:/nowhere/secret'}
				  - id: application
				    uri: http://localhost
				    predicates: [Path=/application]
				    filters:
				      - name: OAuthClientCredentials
				        args: {url: http://idp}
				  - id: foreign
				    uri: http://localhost
				    predicates: [Path=/foreign]
				    filters:
				      - name: AddRequestHeader
				        args: {name: clientSecret, value: x}
				oauth-cc.secrets.file-roots: /nowhere
				""")).isEmpty();
	}

	private static List<String> linesOfStart(CapturedOutput output, String configuration) {
		TestGateway.start(configuration, Map.of()).close();
		assertThat(output).contains("Netty started");
		return output.getAll().lines().filter((line) -> line.contains("InlineSecretsNotice")).toList();
	}

}
