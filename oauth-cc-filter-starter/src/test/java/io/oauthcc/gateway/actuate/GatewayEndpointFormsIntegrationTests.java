package io.oauthcc.gateway.actuate;

import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import org.junit.jupiter.api.Test;

import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Cloud Gateway's own endpoint shows of the filter's options in its other
 * forms, over real HTTP.
 */
class GatewayEndpointFormsIntegrationTests {

	private static final String CONFIGURATION = """
			management:
			  endpoint.gateway.access: read-only
			  endpoints.web.exposure.include: gateway
			spring.cloud.gateway.server.webflux.routes:
			  - id: inline
			    uri: http://localhost
			    predicates: [Path=/inline/**]
			    filters:
			      - name: AddRequestHeader
			        args: {name: X-Password, value: not-ours}
			      - name: OAuthClientCredentials
			        args: {url: 'http://idp/token?hush', clientId: shown-client, client-secret: hush-client}
			""";

	@Test
	void readWhenManagementHasItsOwnPortAndPathThenShowsNoSecret() {
		try (TestGateway gateway = TestGateway.start(CONFIGURATION + """
				management.server.port: 0
				management.endpoints.web.base-path: /manage
				""", Map.of())) {
			String url = "http://127.0.0.1:" + gateway.context().getEnvironment().getProperty("local.management.port");
			WebTestClient management = WebTestClient.bindToServer().baseUrl(url).build();
			assertThat(read(management, "/manage/gateway/routedefinitions")).contains("shown-client", "not-ours")
				.doesNotContain("hush");
			assertThat(read(management, "/manage/gateway/routes")).contains("inline").doesNotContain("hush");
		}
	}

	@Test
	void readWhenEndpointIsNotVerboseThenShowsNoSecret() {
		try (TestGateway gateway = TestGateway
			.start(CONFIGURATION + "spring.cloud.gateway.server.webflux.actuator.verbose.enabled: false\n", Map.of())) {
			assertThat(read(gateway.client(), "/actuator/gateway/routes")).contains("shown-client", "not-ours")
				.doesNotContain("hush");
			assertThat(read(gateway.client(), "/actuator/gateway/routes/inline")).contains("shown-client")
				.doesNotContain("hush");
		}
	}

	@Test
	void readWhenFilterIsSwitchedOffThenEndpointIsAsItWas() {
		try (TestGateway gateway = TestGateway.start("""
				management:
				  endpoint.gateway.access: read-only
				  endpoints.web.exposure.include: gateway
				spring.cloud.gateway.server.webflux:
				  filter.oauth-client-credentials.enabled: false
				  routes: [{id: plain, uri: 'http://localhost', predicates: [Path=/plain]}]
				""", Map.of())) {
			assertThat(read(gateway.client(), "/actuator/gateway/routedefinitions")).contains("plain");
		}
	}

	private static String read(WebTestClient client, String path) {
		return String.valueOf(client.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

}
