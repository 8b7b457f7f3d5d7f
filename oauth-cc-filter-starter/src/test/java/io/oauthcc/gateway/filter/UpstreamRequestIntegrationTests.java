package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.Upstream.Received;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What reaches the service behind the gateway, and what does not.
 */
class UpstreamRequestIntegrationTests {

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux:
			  globalcors.cors-configurations:
			    '[/cors/**]':
			      allowedOrigins: https://app.example
			      allowedMethods: [GET]
			      allowedHeaders: [authorization]
			  default-filters:
			    - name: OAuthClientCredentials
			      args:
			        url: <idp>
			        clientId: default
			        clientSecret: default-secret
			  routes:
			    - id: application
			      uri: <upstream>
			      predicates: ['Path=/application/**,/ws/application/**,/sse/application/**,/cors/application/**']
			      filters:
			        - name: OAuthClientCredentials
			          args:
			            url: <idp>
			    - id: post
			      uri: <upstream>
			      predicates: [Path=/post/**]
			      filters:
			        - name: OAuthClientCredentials
			          args:
			            url: <idp>
			            clientAuthentication: client_secret_post
			    - id: named
			      uri: <upstream>
			      predicates: ['Path=/named/**,/ws/named/**,/sse/named/**']
			      filters:
			        - AddRequestHeader=X-First, first
			        - AddRequestHeader=X-Second, second
			        - OAuthClientCredentials=named
			    - id: twice
			      uri: <upstream>
			      predicates: [Path=/twice/**]
			      filters:
			        - name: OAuthClientCredentials
			          args:
			            url: <idp>
			        - OAuthClientCredentials=named
			    - id: inheriting
			      uri: <upstream>
			      predicates: [Path=/inheriting/**]
			      filters:
			        - OAuthClientCredentials=inheriting
			    - id: default
			      uri: <upstream>
			      predicates: [Path=/default/**]
			oauth-cc:
			  defaults:
			    headers:
			      X-Tenant: blue
			    scopes: [inherited]
			  middlewares:
			    named:
			      url: <idp>
			      client-id: named
			      client-secret: named-secret
			    inheriting:
			      url: <idp>
			      client-id: inheriting
			      client-secret: inheriting-secret
			      scopes: one two
			      headers:
			        X-More: more
			""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()));
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
		idp.answer((call) -> TokenEndpoint.token("for-" + clientOf(call)));
	}

	private static String clientOf(TokenEndpoint.Call call) {
		String id = call.form().get("client_id");
		if (id != null) {
			return id;
		}
		byte[] pair = Base64.getDecoder().decode(call.authorization().substring("Basic ".length()));
		return new String(pair, StandardCharsets.UTF_8).replaceFirst(":.*", "");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/application/x", "/post/x" })
	void requestWhenApplicationLevelThenOneBearerAndNoCredentials(String path) {
		gateway.client()
			.get()
			.uri(path)
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic("caller", "caller-secret"))
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(received().authorization()).containsExactly("Bearer for-caller");
		assertThat(received().headers().toString()).doesNotContain("Basic");
	}

	@Test
	void requestWhenGatewayLevelThenCallersAuthorizationIsReplaced() {
		gateway.client()
			.get()
			.uri("/named/x")
			.header(HttpHeaders.AUTHORIZATION, "Bearer of-the-caller", "Basic abc")
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(received().authorization()).containsExactly("Bearer for-named");
	}

	@Test
	void requestWhenNamedThenDefaultsAreInheritedListsReplaced() {
		gateway.client().get().uri("/inheriting/x").exchange().expectStatus().isOk();
		assertThat(idp.calls()).singleElement().satisfies((call) -> {
			assertThat(call.headers()).containsEntry("x-tenant", "blue").containsEntry("x-more", "more");
			assertThat(call.form()).containsEntry("scope", "one two");
		});
	}

	@Test
	void requestWhenOwnFilterThenDefaultFilterDoesNotActThoughSortedBehind() {
		gateway.client().get().uri("/named/x").exchange().expectStatus().isOk();
		assertThat(received().authorization()).containsExactly("Bearer for-named");
		assertThat(idp.calls()).noneMatch((call) -> clientOf(call).equals("default"));
	}

	@Test
	void requestWhenNoFilterOfItsOwnThenDefaultFilterActs() {
		gateway.client().get().uri("/default/x").exchange().expectStatus().isOk();
		assertThat(received().authorization()).containsExactly("Bearer for-default");
	}

	@Test
	void requestWhenTwoFiltersThenTheLastActs() {
		gateway.client().get().uri("/twice/x").exchange().expectStatus().isOk();
		assertThat(received().authorization()).containsExactly("Bearer for-named");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "authorization", "Authorization, keep-alive", "close, AUTHORIZATION", "x-other,authorization" })
	void requestWhenConnectionNamesAuthorizationThenTokenStays(String connection) throws IOException {
		String response = send(
				"GET /named/x HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection + "\r\nX-Other: 1\r\n\r\n");
		assertThat(response).startsWith("HTTP/1.1 200");
		assertThat(received().authorization()).containsExactly("Bearer for-named");
		assertThat(received().headers().containsKey("X-Other")).isEqualTo(!connection.contains("x-other"));
	}

	private static String send(String request) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			InputStream in = socket.getInputStream();
			byte[] buffer = new byte[4096];
			int length = in.read(buffer);
			return new String(buffer, 0, Math.max(length, 0), StandardCharsets.US_ASCII);
		}
	}

	@Test
	void requestWhenWebSocketThenToken() {
		List<String> messages = HttpClient.create()
			.headers((headers) -> headers.set(HttpHeaders.AUTHORIZATION, TestGateway.basic("caller", "caller-secret")))
			.websocket()
			.uri("ws://127.0.0.1:" + gateway.port() + "/ws/application/x")
			.receive()
			.asString()
			.take(1)
			.collectList()
			.block(Duration.ofSeconds(10));
		assertThat(messages).containsExactly("Bearer for-caller");
	}

	@Test
	void requestWhenServerSentEventsThenToken() {
		gateway.client()
			.get()
			.uri("/sse/named/x")
			.accept(MediaType.TEXT_EVENT_STREAM)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.value((body) -> assertThat(body).contains("Bearer for-named"));
	}

	@Test
	void preflightWhenCorsIsTheGatewaysThenNoCredentialsNeeded() {
		gateway.client()
			.options()
			.uri("/cors/application/x")
			.header(HttpHeaders.ORIGIN, "https://app.example")
			.header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "GET")
			.header(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS, "authorization")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "https://app.example");
		assertThat(idp.calls()).isEmpty();
		assertThat(upstream.received()).isEmpty();
	}

	private static Received received() {
		assertThat(upstream.received()).hasSize(1);
		return upstream.received().get(0);
	}

}
