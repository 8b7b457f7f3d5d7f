package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.oauthcc.gateway.claims.TestJwts;
import io.oauthcc.gateway.fixture.OwnResources;
import io.oauthcc.gateway.fixture.RawCaller;
import io.oauthcc.gateway.fixture.RawMessage;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.Upstream.Received;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tokens say, where the service speaks WebSocket: it is told with the handshake.
 */
class WebSocketClaimsIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  claims: 'Equals(`grp`, `admin`)'
			  forwardHeaders: {X-Group: grp, X-Tenant: tenant.name, X-Absent: nothing}
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/ws/application/**]
			    filters: [{name: OAuthClientCredentials, args: {url: <idp>}}]
			  - id: gateway
			    uri: <upstream>
			    predicates: [Path=/ws/gateway/**]
			    filters: [{name: OAuthClientCredentials, args: {clientId: admin, clientSecret: hush-secret}}]
			""";

	private static final String ADMIN = TestJwts.jwt("""
			{"grp":"admin","tenant":{"name":"blue"}}""");

	private static final String TESTER = TestJwts.jwt("""
			{"grp":"tester","tenant":{"name":"blue"}}""");

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION,
				Map.of("idp", idp.url(), "upstream", upstream.url().replace("http:", "ws:")), OwnResources.class);
		idp.answer((call) -> TokenEndpoint.token(tokenFor(call.authorization())));
	}

	private static String tokenFor(String authorization) {
		String pair = new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())),
				StandardCharsets.UTF_8);
		return switch (pair.substring(0, pair.indexOf(':'))) {
			case "admin" -> ADMIN;
			case "tester" -> TESTER;
			case "malformed" -> "hush.hush.hush";
			default -> "hush-opaque";
		};
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		upstream.reset();
	}

	@Test
	void handshakeWhenApplicationLevelThenTheTokensValuesAloneAndFramesPass() {
		assertTold("/ws/application/x", TestGateway.basic("admin", "hush-secret"));
	}

	@Test
	void handshakeWhenGatewayLevelThenTheTokensValuesAloneAndFramesPass() {
		assertTold("/ws/gateway/x", "Bearer forged");
	}

	private static void assertTold(String path, String authorization) {
		assertThat(converse(path, authorization)).containsExactly("Bearer " + ADMIN, "echo of one", "echo of two");
		assertThat(upstream.received()).singleElement().extracting(Received::headers).satisfies((headers) -> {
			assertThat(headers).containsEntry("Authorization", List.of("Bearer " + ADMIN))
				.containsEntry("X-Group", List.of("admin"))
				.containsEntry("X-Tenant", List.of("blue"))
				.containsEntry("X-Absent", List.of(""))
				.containsEntry("X-Other", List.of("own"))
				.containsEntry("Upgrade", List.of("websocket"))
				.doesNotContainKeys("X_Group", "X.GROUP", "X_Tenant", "X_Absent", "Proxy-Authorization");
			assertThat(headers.toString()).doesNotContain("forged", "Basic ");
		});
	}

	@ParameterizedTest
	@CsvSource({ "tester, 403", "opaque, 502", "malformed, 502" })
	void handshakeWhenNotAcceptedThenAnsweredAndTheServiceSeesNone(String caller, int status) throws IOException {
		RawMessage answer = RawCaller.send(gateway.port(), upgrade(caller), 1).get(0);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.values("Content-Type")).containsExactly("application/problem+json");
		assertThat(answer.values("WWW-Authenticate"))
			.isEqualTo((status == 403) ? List.of("Bearer error=\"insufficient_scope\"") : List.of());
		// Had the service been called, then before it is called now.
		converse("/ws/application/x", TestGateway.basic("admin", "hush-secret"));
		assertThat(upstream.received()).extracting(Received::authorization).containsExactly(List.of("Bearer " + ADMIN));
	}

	@Test
	void framesWhenSentAtOnceAndTokenIsObtainedFirstThenNoneIsLost() {
		for (int conversation = 0; conversation < 100; conversation++) {
			assertThat(HttpClient.newConnection()
				.headers((headers) -> headers.set("Authorization",
						TestGateway.basic("admin", UUID.randomUUID().toString())))
				.websocket()
				.uri("ws://127.0.0.1:" + gateway.port() + "/ws/application/x")
				.handle((in, out) -> out.sendString(Flux.just("one", "two"))
					.then()
					.thenMany(in.receive().asString().take(3)))
				.collectList()
				.block(Duration.ofSeconds(10))).as("conversation %d", conversation)
				.contains("echo of one", "echo of two");
		}
	}

	private static String upgrade(String caller) {
		return "GET /ws/application/x HTTP/1.1\r\nHost: gateway\r\n" + SmugglingBed.authorization(caller)
				+ "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	}

	/** What the service says to a caller that says two words once it is spoken to. */
	private static List<String> converse(String path, String authorization) {
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", authorization)
				.add("X-Group", "forged")
				.add("x-group", "forged")
				.add("X_Group", "forged")
				.add("X.GROUP", "forged")
				.add("x_tenant", "forged")
				.add("X-Absent", "forged")
				.add("X_Absent", "forged")
				.add("Proxy-Authorization", "Basic forged")
				.add("X-Other", "own"))
			.websocket()
			.uri("ws://127.0.0.1:" + gateway.port() + path)
			.handle((in, out) -> in.receive()
				.asString()
				.take(3)
				.concatMap((text) -> text.startsWith("echo") ? Mono.just(text)
						: out.sendString(Flux.just("one", "two")).then().thenReturn(text)))
			.collectList()
			.blockOptional(Duration.ofSeconds(10))
			.orElseThrow();
	}

}
