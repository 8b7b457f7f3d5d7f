package io.oauthcc.sample;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring's authorization server as the identity provider.
 */
@ExtendWith(DemoExtension.class)
@Timeout(60)
class AuthorizationServerIntegrationTests {

	private static final String AWKWARD_ID = "awkward:%41+ id";

	private static final String AWKWARD_ID_WITHOUT_COLON = "awkward%41+ id";

	private static final String AWKWARD_SECRET = "awkward:%41+ sécret";

	private static DemoGateway gateway;

	private final Demo demo;

	private final TokenRequestCounter idp;

	private int requestsBefore;

	AuthorizationServerIntegrationTests(Demo demo) {
		this.demo = demo;
		this.idp = demo.idp().bean(TokenRequestCounter.class);
	}

	@BeforeAll
	static void start(Demo demo) throws IOException {
		gateway = Gateways.start("/authorization-server/routes.yml", demo.gatewayArguments());
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
	}

	@BeforeEach
	void countRequests() {
		this.requestsBefore = this.demo.upstream().requests();
	}

	@Test
	void requestWhenApplicationBasicThenCallersOwnEncodingIsKept() throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + "/application-basic/x",
				encode(AWKWARD_ID) + ":" + encode(AWKWARD_SECRET));
		assertTokenAtUpstream(response, AWKWARD_ID);
	}

	@Test
	void requestWhenApplicationPostThenCallersHeaderIsTakenAsItIs() throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + "/application-post/x",
				AWKWARD_ID_WITHOUT_COLON + ":" + AWKWARD_SECRET + " too");
		assertTokenAtUpstream(response, AWKWARD_ID_WITHOUT_COLON);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gateway-basic/x", "/gateway-post/x" })
	void requestWhenGatewayLevelThenConfiguredCredentialsAreEncoded(String path) throws Exception {
		assertTokenAtUpstream(Caller.get(gateway.url() + path), AWKWARD_ID);
	}

	private static void assertTokenAtUpstream(HttpResponse<String> response, String clientId) {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
		JsonNode claims = Caller.json(response).path("claims");
		assertThat(claims.path("sub").asString()).isEqualTo(clientId);
		assertThat(claims.path("scope").valueStream().map(JsonNode::asString)).containsExactlyInAnyOrder("demo:read",
				"demo:write");
	}

	@Test
	void requestWhenScopeOfOracleThenGranted() throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + "/oracle-scope/x");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.json(response).path("claims").path("scope").valueStream().map(JsonNode::asString))
			.containsExactly("urn:opc:resource:consumer::all");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/application-basic/x", "/application-post/x" })
	void requestWhenCallersSecretIsWrongThenUnauthorized(String path) throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + path, "demo-gateway:wrong");
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().allValues("WWW-Authenticate")).singleElement()
			.asString()
			.matches("Basic realm=\".+\", charset=\"UTF-8\"");
		assertProblem(response);
	}

	@Test
	void requestWhenCallersSecretIsWrongThenGetsNoCachedToken() throws Exception {
		String url = gateway.url() + "/application-basic/x";
		assertThat(Caller.get(url, "demo-gateway:demo-gateway-secret").statusCode()).isEqualTo(200);
		assertThat(Caller.get(url, "demo-gateway:demo-gateway-secret-not").statusCode()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gateway-basic-wrong-secret/x", "/gateway-post-wrong-secret/x" })
	void requestWhenConfiguredSecretIsWrongThenBadGateway(String path) throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + path);
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.headers().map()).doesNotContainKey("WWW-Authenticate");
		assertProblem(response);
	}

	@Test
	void requestWhenScopeIsUnknownAtApplicationLevelThenForbidden() throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + "/application-unknown-scope/x",
				"demo-gateway:demo-gateway-secret");
		assertThat(response.statusCode()).isEqualTo(403);
		assertProblem(response);
	}

	@Test
	void requestWhenScopeIsUnknownAtGatewayLevelThenBadGateway() throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + "/gateway-unknown-scope/x");
		assertThat(response.statusCode()).isEqualTo(502);
		assertProblem(response);
	}

	private void assertProblem(HttpResponse<String> response) {
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(this.demo.upstream().requests()).isEqualTo(this.requestsBefore);
	}

	@Test
	void requestWhenTokenIsCachedThenIdpIsNotAsked() throws Exception {
		String url = gateway.url() + "/application-post/x";
		String first = tokenAtUpstream(Caller.get(url, "demo-gateway:demo-gateway-secret"));
		int tokenRequests = this.idp.requests();
		assertThat(tokenRequests).isPositive();
		assertThat(tokenAtUpstream(Caller.get(url, "demo-gateway:demo-gateway-secret"))).isEqualTo(first);
		assertThat(this.idp.requests()).isEqualTo(tokenRequests);
	}

	private static String tokenAtUpstream(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		return Caller.authorizationAtUpstream(response).get(0);
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
