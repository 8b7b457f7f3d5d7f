package io.oauthcc.gateway.filter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Token endpoints that an issuer tells of, at a gateway that starts before it does.
 */
@ExtendWith(OutputCaptureExtension.class)
class DiscoveryIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  clientConfig: {timeoutSeconds: 1, maxRetries: 0, acquisitionTimeout: 2s}
			  cache.refusalTtl: 0s
			spring.cloud.gateway.server.webflux.routes:
			  - id: later
			    uri: <upstream>
			    predicates: [Path=/later/**]
			    filters:
			      - name: OAuthClientCredentials
			        args: {issuer: <issuer>/later, resource: 'https://orders.example,urn:billing'}
			  - id: wrong
			    uri: <upstream>
			    predicates: [Path=/wrong/**]
			    filters: [{name: OAuthClientCredentials, args: {issuer: <issuer>/wrong}}]
			  - id: elsewhere
			    uri: <upstream>
			    predicates: [Path=/elsewhere/**]
			    filters: [{name: OAuthClientCredentials, args: {issuer: <issuer>/elsewhere}}]
			  - id: broken
			    uri: <upstream>
			    predicates: [Path=/broken/**]
			    filters: [{name: OAuthClientCredentials, args: {issuer: <issuer>/broken}}]
			  - id: gone
			    uri: <upstream>
			    predicates: [Path=/gone/**]
			    filters: [{name: OAuthClientCredentials, args: {issuer: 'http://127.0.0.1:1/gone'}}]
			  - id: slow
			    uri: <upstream>
			    predicates: [Path=/slow/**]
			    filters: [{name: OAuthClientCredentials, args: {issuer: <silent>/slow}}]
			""";

	private static final Map<String, Upstream.Answer> answers = new ConcurrentHashMap<>();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static Upstream issuer;

	/** Takes connections and says nothing. */
	private static DisposableServer silent;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		issuer = Upstream.start();
		silent = TcpServer.create().host("127.0.0.1").port(0).handle((in, out) -> out.neverComplete()).bindNow();
		answers.put("/.well-known/oauth-authorization-server/wrong", metadata("https://evil.example"));
		answers.put("/.well-known/oauth-authorization-server/broken",
				new Upstream.Answer(503, "", Map.of("Content-Length", "0")));
		answers.put("/.well-known/oauth-authorization-server/elsewhere",
				new Upstream.Answer(302, "", Map.of("Location", idp.url())));
		issuer.answer((call) -> answers.getOrDefault(call.uri(), new Upstream.Answer(404, "", Map.of())));
		gateway = TestGateway.start(CONFIGURATION, Map.of("upstream", upstream.url(), "issuer", issuer.url(), "silent",
				"http://127.0.0.1:" + silent.port()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		silent.disposeNow();
		issuer.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
		idp.answer(TokenEndpoint.token("found"));
	}

	@Test
	void issuerWhenItComesLaterThenServesWithinSeconds() {
		assertThat(status("/later/x")).isEqualTo(502);
		assertThat(idp.calls()).isEmpty();
		answers.put("/later/.well-known/openid-configuration", metadata(issuer.url() + "/later"));
		await().untilAsserted(() -> assertThat(status("/later/x")).isEqualTo(200));
		assertThat(upstream.received().get(0).authorization()).containsExactly("Bearer found");
		assertThat(idp.calls()).hasSize(1);
		assertThat(issuer.received()).allSatisfy((call) -> assertThat(call.authorization()).isEmpty());
	}

	@ParameterizedTest
	@CsvSource({ "wrong, 502, BAD_ANSWER, they are another issuer's", "elsewhere, 502, BAD_ANSWER, there are none",
			"broken, 502, UNAVAILABLE, ServiceUnavailable", "gone, 503, UNREACHABLE, ConnectException",
			"slow, 504, TIMEOUT, did not come in time" })
	void issuerWhenItTellsNothingOfUseThenNoCredentialIsSentAndLogSaysWhy(String route, int status, String failure,
			String reason, CapturedOutput output) {
		assertThat(status("/%s/x".formatted(route))).isEqualTo(status);
		assertThat(output.getOut())
			.containsPattern(
					"No token for route:%s from http://[^ ]*/%s: %s, .*%s".formatted(route, route, failure, reason))
			.doesNotContain("hush-secret");
		assertThat(idp.calls()).isEmpty();
		assertThat(upstream.received()).isEmpty();
	}

	private static int status(String path) {
		return Callers.call(gateway.url() + path, "caller").status();
	}

	private static Upstream.Answer metadata(String name) {
		return new Upstream.Answer(200, "{\"issuer\":\"%s\",\"token_endpoint\":\"%s\"}".formatted(name, idp.url()),
				Map.of("Content-Type", "application/json"));
	}

}
