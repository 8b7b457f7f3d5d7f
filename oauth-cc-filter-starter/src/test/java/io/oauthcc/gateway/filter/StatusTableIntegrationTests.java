package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.TokenEndpoint.Answer;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The status table, over real HTTP: what a caller gets, and that nothing is called that
 * must not be.
 */
class StatusTableIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  clientConfig:
			    timeoutSeconds: 1
			    maxRetries: 0
			  cache.refusalTtl: 0s
			# More than all tests together: each is to reach the token endpoint.
			oauth-cc.resilience.circuit-breaker.minimum-number-of-calls: 1000
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			  - id: gateway
			    uri: <upstream>
			    predicates: [Path=/gateway/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientId: the-client-id
			          clientSecret: the-client-secret
			  - id: application-gone
			    uri: <upstream>
			    predicates: [Path=/application-gone/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <gone>
			  - id: gateway-gone
			    uri: <upstream>
			    predicates: [Path=/gateway-gone/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <gone>
			          clientId: the-client-id
			          clientSecret: the-client-secret
			  - id: gateway-busy
			    uri: <upstream>
			    predicates: [Path=/gateway-busy/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientId: the-client-id-that-waits
			          clientSecret: the-client-secret
			  - id: post
			    uri: <upstream>
			    predicates: [Path=/post/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientAuthentication: client_secret_post
			""";

	/** Makes each call's credentials new, since a token stays in memory. */
	private static final AtomicInteger callers = new AtomicInteger();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws IOException {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "gone", "http://127.0.0.1:" + freePort() + "/"));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@Test
	void requestWhenNoCredentialsThenUnauthorized() {
		WebTestClient.ResponseSpec response = gateway.client().get().uri("/application/x").exchange();
		expectChallenge(response);
		assertThat(idp.calls()).isEmpty();
		assertThat(upstream.received()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("malformed")
	void requestWhenCredentialsMalformedThenUnauthorized(String authorization) {
		for (String path : new String[] { "/application/x", "/post/x" }) {
			expectChallenge(
					gateway.client().get().uri(path).header(HttpHeaders.AUTHORIZATION, authorization).exchange());
		}
		assertThat(idp.calls()).isEmpty();
		assertThat(upstream.received()).isEmpty();
	}

	static String[] malformed() {
		return new String[] { "", "Basic", "Basic ", "Bearer abc", "Basic !!!!", "Basic Zm9v", "Basic OnNlY3JldA==",
				TestGateway.basic("id\u0007", "secret"), TestGateway.basic("id", "sec\nret"), "Basic aTpz, Basic aTpz",
				"Basic aTr/", TestGateway.basic("id", "s".repeat(5000)), "BasicaTpz" };
	}

	@Test
	void requestWhenTwoHeadersThenUnauthorized() {
		expectChallenge(gateway.client()
			.get()
			.uri("/application/x")
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic("a", "b"), TestGateway.basic("a", "b"))
			.exchange());
		assertThat(idp.calls()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic ", "basic ", "BASIC ", "Basic  " })
	void requestWhenSchemeInAnyCaseThenVerbatim(String scheme) {
		String authorization = TestGateway.basic("caller", scheme).replace("Basic ", scheme);
		gateway.client()
			.get()
			.uri("/application/x")
			.header(HttpHeaders.AUTHORIZATION, authorization)
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(idp.calls()).singleElement()
			.satisfies((call) -> assertThat(call.authorization()).isEqualTo(authorization));
	}

	@ParameterizedTest
	@CsvSource({ "401, invalid_client, 401, 502", "401, unauthorized_client, 401, 502", "401, whatever, 401, 502",
			"400, invalid_client, 401, 502", "400, unauthorized_client, 403, 502", "403, access_denied, 403, 502",
			"400, invalid_scope, 403, 502", "400, invalid_target, 403, 502", "403, invalid_scope, 403, 502",
			"400, invalid_request, 502, 502", "400, unsupported_grant_type, 502, 502", "404, not_found, 502, 502",
			"500, server_error, 502, 502", "503, temporarily_unavailable, 502, 502", "302, moved, 502, 502",
			"200, invalid_client, 502, 502" })
	void requestWhenErrorThenStatusOfTable(int status, String error, int application, int configured) {
		idp.answer(new Answer(status, TokenEndpoint.error(status, error).body(),
				Map.of("Location", "http://127.0.0.1:1/elsewhere")));
		expectProblem(call("/application/x"), application);
		expectProblem(call("/gateway/x"), configured);
		assertThat(idp.calls()).hasSize(2);
		assertThat(upstream.received()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>login</html>", "[]", "\"token\"", "{}", "{\"access_token\":\"a\"}",
			"{\"access_token\":\"a\",\"token_type\":\"mac\"}", "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
			"{\"access_token\":7,\"token_type\":\"Bearer\"}", "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
			"{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}",
			"{\"access_token\":\"a\",\"token_type\":\"Bearer\"" })
	void requestWhenAnswerIsNoTokenThenBadGateway(String body) {
		idp.answer(Answer.of(200, body));
		expectProblem(call("/application/x"), 502);
		expectProblem(call("/gateway/x"), 502);
		assertThat(upstream.received()).isEmpty();
	}

	@Test
	void requestWhenTooManyRequestsThenUnavailableWithItsWait() {
		idp.answer(new Answer(429, "", Map.of("Retry-After", "17")));
		expectProblem(call("/application/x", "a-caller-that-waits"), 503).expectHeader()
			.valueEquals(HttpHeaders.RETRY_AFTER, "17");
		expectProblem(call("/gateway-busy/x"), 503).expectHeader().valueEquals(HttpHeaders.RETRY_AFTER, "17");
		assertThat(upstream.received()).isEmpty();
	}

	@Test
	void requestWhenUnreachableThenUnavailable() {
		expectProblem(call("/application-gone/x"), 503).expectHeader().exists(HttpHeaders.RETRY_AFTER);
		expectProblem(call("/gateway-gone/x"), 503).expectHeader().exists(HttpHeaders.RETRY_AFTER);
		assertThat(upstream.received()).isEmpty();
	}

	@Test
	void requestWhenTooSlowThenGatewayTimeout() {
		idp.delay(Duration.ofSeconds(3));
		expectProblem(call("/application/x"), 504);
		expectProblem(call("/gateway/x"), 504);
		assertThat(upstream.received()).isEmpty();
	}

	@Test
	void requestWhenFailedBeforeThenAsksAgain() {
		idp.answer(TokenEndpoint.error(500, "server_error"));
		expectProblem(call("/application/again"), 502);
		idp.reset();
		call("/application/again").expectStatus().isOk();
	}

	private static WebTestClient.ResponseSpec call(String path) {
		// Another client each time: many secrets of one would be too many attempts.
		return call(path, "a-caller-" + callers.get());
	}

	private static WebTestClient.ResponseSpec call(String path, String clientId) {
		return gateway.client()
			.get()
			.uri(path)
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic(clientId, "a-secret" + callers.incrementAndGet()))
			.exchange();
	}

	private static void expectChallenge(WebTestClient.ResponseSpec response) {
		expectProblem(response, 401).expectHeader()
			.valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"gateway\", charset=\"UTF-8\"");
	}

	private static WebTestClient.ResponseSpec expectProblem(WebTestClient.ResponseSpec response, int status) {
		String body = new String(response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectHeader()
			.valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(status)
			.jsonPath("$.title")
			.isNotEmpty()
			.jsonPath("$.detail")
			.isNotEmpty()
			.returnResult()
			.getResponseBodyContent(), StandardCharsets.UTF_8);
		assertThat(body).doesNotContain("a-caller", "a-secret", "the-client", "127.0.0.1", "oauth2", "secret detail",
				"Exception");
		return response;
	}

}
