package io.oauthcc.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;

import io.oauthcc.sample.demo.DemoGateway;
import io.oauthcc.sample.demo.DemoUpstream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keycloak as the identity provider.
 */
@Tag("keycloak")
@Timeout(60)
class KeycloakIntegrationTests {

	@AutoClose
	private static Keycloak keycloak;

	@AutoClose
	private static DemoUpstream upstream;

	@AutoClose
	private static DemoGateway gateway;

	@BeforeAll
	@Timeout(180)
	static void start() throws IOException {
		keycloak = Keycloak.start();
		upstream = DemoUpstream.start(0);
		gateway = Gateways.start("/keycloak/routes.yml",
				List.of("--sample.idp=" + keycloak.url(), "--sample.upstream=" + upstream.url()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/application-basic/x", "/application-post/x" })
	void requestWhenCallersCredentialsThenTokenOfCallerAtUpstream(String path) throws Exception {
		JsonNode claims = claimsAtUpstream(
				Caller.get(gateway.url() + path, "demo-application:demo-application-secret"));
		assertThat(claims.path("azp").asString()).isEqualTo("demo-application");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gateway-basic/x", "/gateway-post/x" })
	void requestWhenConfiguredCredentialsThenAudienceAndScopesInTokenAtUpstream(String path) throws Exception {
		JsonNode claims = claimsAtUpstream(Caller.get(gateway.url() + path));
		assertThat(claims.path("azp").asString()).isEqualTo("demo-gateway");
		assertThat(claims.path("aud").asString()).isEqualTo("https://orders.example");
		assertThat(claims.path("scope").asString()).contains("orders:read", "orders:write");
	}

	private static JsonNode claimsAtUpstream(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
		return Caller.json(response).path("claims");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/application-basic/x", "/application-post/x" })
	void requestWhenCallersSecretIsWrongThenUnauthorized(String path) throws Exception {
		int before = upstream.requests();
		HttpResponse<String> response = Caller.get(gateway.url() + path, "demo-application:wrong");
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate")).get().asString().startsWith("Basic realm=");
		assertThat(upstream.requests()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gateway-basic-wrong-secret/x", "/gateway-post-wrong-secret/x" })
	void requestWhenConfiguredSecretIsWrongThenBadGateway(String path) throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + path).statusCode()).isEqualTo(502);
		assertThat(upstream.requests()).isEqualTo(before);
	}

	@Test
	void requestWhenScopeIsNotOfTheCallerThenForbidden() throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + "/application-write/x", "demo-application:demo-application-secret")
			.statusCode()).isEqualTo(403);
		assertThat(upstream.requests()).isEqualTo(before);
	}

}
