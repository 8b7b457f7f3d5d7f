package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.SignedJWT;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.fixture.ClientKeys;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.DpopProofs;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.ProxySettings;
import io.oauthcc.gateway.token.SigningKey;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TlsSettings;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TraceHeaders;
import io.oauthcc.gateway.token.TransportSettings;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.GzipSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Tests for {@link HttpAccessTokenClient}.
 */
class HttpAccessTokenClientTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	/** The first request of a JVM takes long where there is little of a processor. */
	private static final Duration TIMEOUT = Duration.ofSeconds(50);

	private static final String TOKEN = "{\"access_token\":\"hush-token\",\"token_type\":\"Bearer\",\"expires_in\":60}";

	private static final String ID = "hush-id%+ é";

	private static final String SECRET = "hush:%+ é&=";

	private static final String CALLER_HEADER = "basic  "
			+ Base64.getEncoder().encodeToString("a:hush".getBytes(StandardCharsets.UTF_8));

	private static final ClientCredentials CONFIGURED = ClientCredentials.of(ID, SECRET);

	private static final ClientCredentials CALLER = ClientCredentials.ofCaller(ID, SECRET, CALLER_HEADER);

	private final HttpAccessTokenClient client = new HttpAccessTokenClient(new MutableClock(), 8);

	private final MockWebServer server = new MockWebServer();

	@BeforeEach
	void start() throws Exception {
		this.server.start(InetAddress.getLoopbackAddress(), 0);
	}

	@AfterEach
	void stop() {
		this.client.destroy();
		this.server.close();
	}

	@Test
	void sendWhenPlainGrantThenExactRequestAndItsAnswer() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		AccessTokenResponse response = Objects.requireNonNull(send(grant(), CONFIGURED).block(LIMIT));
		assertThat(response.value()).isEqualTo("hush-token");
		assertThat(response.expiresIn()).isEqualTo(Duration.ofSeconds(60));
		RecordedRequest request = request();
		assertThat(request.getMethod()).isEqualTo("POST");
		assertThat(request.getTarget()).isEqualTo("/oauth2/token");
		assertThat(request.getHeaders().values("Content-Type")).containsExactly("application/x-www-form-urlencoded");
		assertThat(request.getHeaders().values("Accept")).containsExactly("application/json");
		assertThat(body(request)).isEqualTo("grant_type=client_credentials");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/token?tenant=a%2Fb&x=%C3%A9+1", "/a%2Fb/token", "/token?" })
	void sendWhenUrlHasEscapesThenKeepsThem(String target) throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().tokenUri(url(target)), CONFIGURED).block(LIMIT);
		assertThat(request().getTarget()).isEqualTo(target);
	}

	@Test
	void sendWhenScopesAudienceAndParametersThenFormEncoded() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().scopes("orders:read", "a/b").audience("https://orders/ä").parameters(Map.of("re&s", "ü = +%")),
				CONFIGURED)
			.block(LIMIT);
		assertThat(body(request())).isEqualTo("grant_type=client_credentials&scope=orders%3Aread+a%2Fb"
				+ "&audience=https%3A%2F%2Forders%2F%C3%A4&re%26s=%C3%BC+%3D+%2B%25");
	}

	@Test
	void sendWhenTraceIsToBeCarriedOnThenItsHeadersBesideItsOwn() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().headers(Map.of("X-Tenant", "a")), CONFIGURED)
			.contextWrite((context) -> TraceHeaders.put(context,
					Map.of("traceparent", "00-1-2-01", "Accept", "text/html", "X-Tenant", "b")))
			.block(LIMIT);
		RecordedRequest request = request();
		assertThat(request.getHeaders().values("traceparent")).containsExactly("00-1-2-01");
		assertThat(request.getHeaders().values("Accept")).containsExactly("application/json");
		assertThat(request.getHeaders().values("X-Tenant")).containsExactly("a");
	}

	@Test
	void sendWhenHeadersThenSentOnceEachBesideItsOwn() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().headers(Map.of("X-Tenant", "a, b", "accept", "text/html", "content-type", "text/plain")),
				CONFIGURED)
			.block(LIMIT);
		RecordedRequest request = request();
		assertThat(request.getHeaders().values("x-tenant")).containsExactly("a, b");
		assertThat(request.getHeaders().values("Accept")).containsExactly("application/json");
		assertThat(request.getHeaders().values("Content-Type")).containsExactly("application/x-www-form-urlencoded");
	}

	@ParameterizedTest
	@CsvSource({ "true, hush-id%25%2B+%C3%A9:hush%3A%25%2B+%C3%A9%26%3D", "false, hush-id%+ é:hush:%+ é&=" })
	void sendWhenBasicAndConfiguredThenHeaderEncodedAsAsked(boolean encode, String expected) throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().encodeCredentials(encode), CONFIGURED).block(LIMIT);
		RecordedRequest request = request();
		List<String> authorization = request.getHeaders().values("Authorization");
		assertThat(authorization).hasSize(1);
		assertThat(authorization.get(0)).startsWith("Basic ");
		byte[] pair = Base64.getDecoder().decode(authorization.get(0).substring("Basic ".length()));
		assertThat(new String(pair, StandardCharsets.UTF_8)).isEqualTo(expected);
		assertThat(body(request)).isEqualTo("grant_type=client_credentials");
	}

	@Test
	void sendWhenBasicAndIdWithColonThenEncodingKeepsItApart() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant(), ClientCredentials.of("a:b", "c")).block(LIMIT);
		String expected = Base64.getEncoder().encodeToString("a%3Ab:c".getBytes(StandardCharsets.UTF_8));
		assertThat(request().getHeaders().get("Authorization")).isEqualTo("Basic " + expected);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendWhenBasicAndCallerThenHeaderAsItCame(boolean encode) throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().encodeCredentials(encode), CALLER).block(LIMIT);
		RecordedRequest request = request();
		assertThat(request.getHeaders().values("Authorization")).containsExactly(CALLER_HEADER);
		assertThat(body(request)).isEqualTo("grant_type=client_credentials");
	}

	@ParameterizedTest
	@MethodSource("posts")
	void sendWhenPostThenCredentialsInBodyAndNoHeader(ClientCredentials credentials, boolean encode) throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().clientAuthentication(ClientAuthentication.CLIENT_SECRET_POST).encodeCredentials(encode),
				credentials)
			.block(LIMIT);
		RecordedRequest request = request();
		assertThat(request.getHeaders().get("Authorization")).isNull();
		assertThat(body(request)).isEqualTo("grant_type=client_credentials&client_id=hush-id%25%2B+%C3%A9"
				+ "&client_secret=hush%3A%25%2B+%C3%A9%26%3D");
	}

	static Stream<Arguments> posts() {
		return Stream.of(argumentSet("configured", CONFIGURED, true),
				argumentSet("configured, no encoding", CONFIGURED, false), argumentSet("caller", CALLER, true),
				argumentSet("caller, no encoding", CALLER, false));
	}

	@Test
	void sendWhenSubscribedTwiceThenTwoRequests() {
		this.server.enqueue(json(200, TOKEN));
		this.server.enqueue(json(200, TOKEN));
		Mono<AccessTokenResponse> answer = send(grant(), CONFIGURED);
		assertThat(this.server.getRequestCount()).isZero();
		answer.block(LIMIT);
		answer.block(LIMIT);
		assertThat(this.server.getRequestCount()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html>hush</html>", "{\"error\":\"unauthorized_client\"}",
			"{\"error\":\"invalid_scope\"}", TOKEN })
	void sendWhen401ThenClientRefused(String body) {
		this.server.enqueue(json(401, body));
		assertFails(grant(), AccessTokenFailure.CLIENT_REFUSED);
	}

	@Test
	void sendWhen401ThenConnectionServesLaterRequests() throws Exception {
		for (int count = 0; count < 10; count++) {
			this.server.enqueue(json(401, "{\"error\":\"invalid_client\"}"));
			assertFails(grant(), AccessTokenFailure.CLIENT_REFUSED);
			// The failure may be there just before the connection is free again.
			assertThat(request().getConnectionIndex()).isLessThanOrEqualTo(1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 429 })
	void sendWhenRefusalWithoutEndThenStatusDecides(int status) throws Exception {
		try (FaultyServer faulty = FaultyServer.answering((connection) -> connection.write(head(status))
			.writeForever("1000\r\n" + "x".repeat(0x1000) + "\r\n", 0))) {
			assertFails(grant().tokenUri(faulty.url()), refusal(status));
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 429 })
	void sendWhenRefusalTricklesThenStatusDecides(int status) throws Exception {
		try (FaultyServer faulty = FaultyServer
			.answering((connection) -> connection.write(head(status)).writeForever("1\r\nx\r\n", 50))) {
			assertFails(grant().tokenUri(faulty.url()).timeout(Duration.ofSeconds(1)), refusal(status));
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 429 })
	void sendWhenRefusalIsCutOffThenStatusDecides(int status) throws Exception {
		try (FaultyServer faulty = FaultyServer.answering(head(status) + "1000\r\nx")) {
			assertFails(grant().tokenUri(faulty.url()), refusal(status));
		}
	}

	private static AccessTokenFailure refusal(int status) {
		return (status == 401) ? AccessTokenFailure.CLIENT_REFUSED : AccessTokenFailure.BUSY;
	}

	private static String head(int status) {
		return "HTTP/1.1 " + status + " No\r\nTransfer-Encoding: chunked\r\n\r\n";
	}

	@Test
	void sendWhen429ThenBusyWithTheWait() {
		this.server.enqueue(json(429, "{\"error\":\"hush\"}").newBuilder().addHeader("Retry-After", "7").build());
		assertThat(assertFails(grant(), AccessTokenFailure.BUSY).getRetryAfter()).isEqualTo(Duration.ofSeconds(7));
	}

	@Test
	void sendWhen429WithDateThenBusyWithWhatIsLeft() {
		this.server
			.enqueue(json(429, "").newBuilder().addHeader("Retry-After", "Sat, 31 Jan 2026 12:01:00 GMT").build());
		assertThat(assertFails(grant(), AccessTokenFailure.BUSY).getRetryAfter()).isEqualTo(Duration.ofSeconds(60));
	}

	@Test
	void sendWhen429WithoutRetryAfterThenBusyWithoutWait() {
		this.server.enqueue(json(429, ""));
		assertThat(assertFails(grant(), AccessTokenFailure.BUSY).getRetryAfter()).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 303, 307, 308 })
	void sendWhenRedirectThenNotFollowed(int status) throws Exception {
		try (MockWebServer other = new MockWebServer()) {
			other.start(InetAddress.getLoopbackAddress(), 0);
			other.enqueue(json(200, TOKEN));
			this.server.enqueue(new MockResponse.Builder().code(status)
				.addHeader("Location", "http://127.0.0.1:" + other.getPort() + "/token")
				.build());
			assertFails(grant(), AccessTokenFailure.BAD_ANSWER);
			assertThat(other.getRequestCount()).isZero();
			assertThat(this.server.getRequestCount()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "400, invalid_client, CLIENT_REFUSED", "400, invalid_scope, GRANT_REFUSED",
			"500, server_error, SERVER_ERROR", "503, temporarily_unavailable, UNAVAILABLE", "502, bad, UNAVAILABLE",
			"504, bad, UNAVAILABLE", "400, invalid_request, REQUEST_REJECTED", "404, not_found, REQUEST_REJECTED" })
	void sendWhenErrorThenFailureOfItsKind(int status, String error, AccessTokenFailure failure) {
		this.server.enqueue(json(status, "{\"error\":\"%s\",\"error_description\":\"hush\"}".formatted(error)));
		assertFails(grant(), failure);
	}

	@Test
	void sendWhenAnswerIsEmptyThenBadAnswer() {
		this.server.enqueue(json(200, ""));
		assertFails(grant(), AccessTokenFailure.BAD_ANSWER);
	}

	@Test
	void sendWhenNoContentTypeThenRead() {
		this.server.enqueue(new MockResponse.Builder().body(TOKEN).build());
		assertThat(send(grant(), CONFIGURED).block(LIMIT)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendWhenAnswerAtLimitThenRead(boolean chunked) {
		this.server.enqueue(padded(64 * 1024, chunked));
		assertThat(send(grant(), CONFIGURED).block(LIMIT)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendWhenAnswerAboveLimitThenBadAnswer(boolean chunked) {
		this.server.enqueue(padded(64 * 1024 + 1, chunked));
		assertFails(grant(), AccessTokenFailure.BAD_ANSWER);
	}

	@Test
	void sendWhenAnswerWithoutEndThenBadAnswer() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering((connection) -> connection.write(head(200))
			.writeForever("1000\r\n" + " ".repeat(0x1000) + "\r\n", 0))) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.BAD_ANSWER);
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@Test
	void sendWhenHeadWithoutEndThenBadAnswer() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering((connection) -> connection.write("HTTP/1.1 200 OK\r\n")
			.writeForever("X-Pad: " + "x".repeat(0x400) + "\r\n", 0))) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.BAD_ANSWER);
		}
	}

	@Test
	void sendWhenAnswerIsCompressedThenRead() throws Exception {
		this.server.enqueue(gzip(new Buffer().writeUtf8(TOKEN)));
		assertThat(send(grant(), CONFIGURED).block(LIMIT)).isNotNull();
		assertThat(request().getHeaders().get("Accept-Encoding")).contains("gzip");
	}

	@Test
	void sendWhenAnswerExpandsToFarMoreThenBadAnswer() throws Exception {
		Buffer bomb = new Buffer();
		try (GzipSink sink = new GzipSink(bomb)) {
			byte[] mebibyte = new byte[1024 * 1024];
			for (int count = 0; count < 50; count++) {
				sink.write(new Buffer().write(mebibyte), mebibyte.length);
			}
		}
		assertThat(bomb.size()).isLessThan(64 * 1024);
		this.server.enqueue(new MockResponse.Builder().addHeader("Content-Encoding", "gzip").body(bomb).build());
		assertFails(grant(), AccessTokenFailure.BAD_ANSWER);
	}

	@Test
	void sendWhenCompressionIsBrokenThenBadAnswer() {
		this.server.enqueue(json(200, "hush").newBuilder().addHeader("Content-Encoding", "gzip").build());
		assertFails(grant(), AccessTokenFailure.BAD_ANSWER);
	}

	@Test
	void sendWhenHeadBreaksOffThenBadAnswer() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering("HTTP/1.1 200 OK\r\nContent-Le")) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.BAD_ANSWER);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"access_token\":\"hush",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\nhush" })
	void sendWhenBodyBreaksOffThenUnavailable(String answer) throws Exception {
		try (FaultyServer faulty = FaultyServer.answering(answer)) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.UNAVAILABLE);
		}
	}

	@Test
	void sendWhenConnectionEndsBeforeTheAnswerThenUnreachable() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering("")) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.UNREACHABLE);
		}
	}

	@Test
	void sendWhenConnectionIsResetThenUnreachable() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering(FaultyServer.Connection::reset)) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.UNREACHABLE);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "SSH-2.0-OpenSSH_9.2\r\n\r\n", "hush hush hush\r\n\r\n",
			"HTTP/1.1 hush hush\r\nContent-Length: 0\r\n\r\n", "\u0015\u0003\u0001\r\n\r\n" })
	void sendWhenAnswerIsNotHttpThenBadAnswer(String answer) throws Exception {
		try (FaultyServer faulty = FaultyServer.answering((connection) -> connection.write(answer).keepOpen())) {
			assertFails(grant().tokenUri(faulty.url()), AccessTokenFailure.BAD_ANSWER);
		}
	}

	@Test
	void sendWhenNobodyListensThenUnreachable() throws Exception {
		assertThat(assertFails(grant().tokenUri("http://127.0.0.1:" + freePort() + "/token?key=hush"),
				AccessTokenFailure.UNREACHABLE))
			.hasMessageNotContaining("proxy");
	}

	@Test
	void sendWhenProxyIsGoneThenUnreachableThroughIt() throws Exception {
		ProxySettings gone = new ProxySettings(ProxySettings.Type.HTTP, "127.0.0.1", freePort(), null, null, List.of());
		TransportSettings transport = new TransportSettings(TransportSettings.DEFAULT.tls(), gone,
				TransportSettings.DEFAULT.pool(), false);
		assertThat(assertFails(grant().transport(transport), AccessTokenFailure.UNREACHABLE))
			.hasMessageEndingWith(", through the proxy");
		assertThat(this.server.getRequestCount()).isZero();
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@Test
	void sendWhenHostIsUnknownThenUnreachable() {
		assertFails(grant().tokenUri("http://hush.invalid/token?key=hush").timeout(Duration.ofSeconds(2)),
				AccessTokenFailure.UNREACHABLE);
	}

	@Test
	void sendWhenTlsIsExpectedOfAPlainServerThenUnreachable() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		assertFails(grant().tokenUri("https://127.0.0.1:" + this.server.getPort() + "/token?key=hush"),
				AccessTokenFailure.UNREACHABLE);
	}

	@Test
	void sendWhenConnectHangsThenUnreachable() throws Exception {
		List<SocketChannel> fillers = new ArrayList<>();
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			// Linux completes one connection more than the backlog holds and lets the
			// next ones wait.
			for (int count = 0; count < 4; count++) {
				SocketChannel filler = SocketChannel.open();
				fillers.add(filler);
				filler.configureBlocking(false);
				filler.connect(socket.getLocalSocketAddress());
			}
			assertFails(grant().tokenUri("http://127.0.0.1:" + socket.getLocalPort() + "/token?key=hush")
				.timeout(Duration.ofSeconds(1)), AccessTokenFailure.UNREACHABLE);
		}
		finally {
			for (SocketChannel filler : fillers) {
				filler.close();
			}
		}
	}

	@Test
	void sendWhenNoAnswerThenTimeout() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering(FaultyServer.Connection::keepOpen)) {
			assertThat(assertFails(grant().tokenUri(faulty.url()).timeout(Duration.ofSeconds(1)),
					AccessTokenFailure.TIMEOUT))
				.hasMessage("No whole answer within the time limit");
			assertThat(faulty.requests()).isEqualTo(1);
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@Test
	void sendWhenAnswerTricklesThenTimeout() throws Exception {
		try (FaultyServer faulty = FaultyServer
			.answering((connection) -> connection.write(head(200)).writeForever("1\r\n \r\n", 50))) {
			assertFails(grant().tokenUri(faulty.url()).timeout(Duration.ofSeconds(1)), AccessTokenFailure.TIMEOUT);
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@Test
	void sendWhenCancelledThenHangsUp() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (FaultyServer faulty = FaultyServer.answering((connection) -> {
			asked.countDown();
			connection.keepOpen();
		})) {
			Disposable request = send(grant().tokenUri(faulty.url()), CONFIGURED).subscribe();
			assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
			request.dispose();
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@Test
	void sendWhenOneEndpointHoldsAllItsConnectionsThenAnotherIsNotConcerned() {
		DisposableServer silent = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> request.uri().equals("/fast/token")
					? response.sendString(Mono.just(TOKEN)).then() : Mono.never())
			.bindNow();
		TestGrants hanging = grant().tokenUri("http://127.0.0.1:" + silent.port() + "/slow/token");
		Disposable.Composite underWay = Disposables.composite();
		try {
			for (int count = 0; count < 20; count++) {
				underWay.add(send(hanging, CONFIGURED).subscribe());
			}
			TestGrants fast = grant().tokenUri("http://127.0.0.1:" + silent.port() + "/fast/token");
			assertThat(send(fast, CONFIGURED).block(LIMIT)).isNotNull();
		}
		finally {
			underWay.dispose();
			silent.disposeNow();
		}
	}

	@Test
	void destroyWhenConnectionIdlesThenClosesIt() throws Exception {
		try (FaultyServer faulty = FaultyServer.answering((connection) -> {
			connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + TOKEN.length() + "\r\n\r\n" + TOKEN);
			connection.keepOpen();
		})) {
			send(grant().tokenUri(faulty.url()), CONFIGURED).block(LIMIT);
			this.client.destroy();
			assertThat(faulty.awaitHangUp()).isTrue();
		}
	}

	@Test
	void destroyWhenMetadataAreOnTheirWayThenWhoWaitsHearsOfIt() {
		try (TokenEndpoint hanging = TokenEndpoint.start()) {
			hanging.delay(Duration.ofHours(1));
			StepVerifier.create(send(TestGrants.grant().issuer(hanging.url()).timeout(TIMEOUT), CONFIGURED))
				.then(() -> await().atMost(LIMIT).until(() -> hanging.calls().size() == 1))
				.then(this.client::destroy)
				.expectErrorSatisfies((error) -> assertThat(error).hasMessageContaining("CancellationException"))
				.verify(LIMIT);
		}
	}

	@Test
	void prepareWhenEndpointIsToBeDiscoveredThenMetadataFetchedBeforeAnybodyAsks() throws Exception {
		this.server.enqueue(json(200,
				"{\"issuer\":\"%s\",\"token_endpoint\":\"%s\"}".formatted(url("/tenant"), url("/found/token"))));
		this.server.enqueue(json(200, TOKEN));
		TestGrants grant = TestGrants.grant().issuer(url("/tenant")).timeout(TIMEOUT);
		this.client.prepare(grant.build());
		assertThat(request().getTarget()).isEqualTo("/.well-known/oauth-authorization-server/tenant");
		assertThat(send(grant, CONFIGURED).block(LIMIT)).isNotNull();
		assertThat(request().getTarget()).isEqualTo("/found/token");
	}

	@Test
	void sendWhenNonceIsWantedThenSentOnceMoreWithIt() throws Exception {
		this.server.enqueue(json(400, "{\"error\":\"use_dpop_nonce\"}").newBuilder()
			.addHeader(DpopProofs.NONCE_HEADER, "n-1")
			.build());
		this.server.enqueue(json(200, TOKEN.replace("Bearer", "DPoP")));
		assertThat(send(grant().dpopKey(DpopKey.generate()), CONFIGURED).block(LIMIT)).isNotNull();
		assertThat(nonceOf(request())).isNull();
		assertThat(nonceOf(request())).isEqualTo("n-1");
	}

	private static @Nullable String nonceOf(RecordedRequest request) throws ParseException {
		return SignedJWT.parse(request.getHeaders().get(DpopProofs.HEADER)).getJWTClaimsSet().getStringClaim("nonce");
	}

	@ParameterizedTest
	@CsvSource({ "false, 'it requires a certificate, clientConfig.tls.cert and key'",
			"true, it refuses the certificate of clientConfig.tls" })
	void sendWhenServerWantsACertificateThenSaysWhetherThereWasOne(boolean shows, String reason) {
		Certificates certificates = new Certificates();
		HeldCertificate foreign = new Certificates().issue();
		TlsSettings tls = new TlsSettings(List.of(certificates.authority().certificate()), false,
				shows ? List.of(foreign.certificate()) : List.of(), shows ? foreign.keyPair().getPrivate() : null,
				false);
		try (TokenEndpoint idp = TokenEndpoint.startSecure(Certificates.server(certificates.issue("localhost"))
			.protocols("TLSv1.2")
			.trustManager(certificates.authority().certificate())
			.clientAuth(ClientAuth.REQUIRE))) {
			expect(grant().tokenUri(idp.secureUrl()).transport(over(tls, false)), CONFIGURED,
					AccessTokenFailure.UNTRUSTED, reason);
			assertThat(idp.calls()).isEmpty();
		}
	}

	@Test
	void sendWhenServerWantsACertificateAndItIsOneOfItsOwnThenToken() {
		Certificates certificates = new Certificates();
		HeldCertificate own = certificates.issue();
		TlsSettings tls = new TlsSettings(List.of(certificates.authority().certificate()), false,
				List.of(own.certificate()), own.keyPair().getPrivate(), false);
		try (TokenEndpoint idp = TokenEndpoint.startSecure(Certificates.server(certificates.issue("localhost"))
			.trustManager(certificates.authority().certificate())
			.clientAuth(ClientAuth.REQUIRE))) {
			assertThat(send(grant().tokenUri(idp.secureUrl()).transport(over(tls, false)), CONFIGURED).block(LIMIT))
				.isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sendWhenServerOffersHttp2ThenSpokenIfItIsWanted(boolean http2) {
		Certificates certificates = new Certificates();
		HeldCertificate held = certificates.issue("localhost");
		TlsSettings tls = new TlsSettings(List.of(certificates.authority().certificate()), false, List.of(), null,
				false);
		SslProvider.GenericSslContextSpec<SslContextBuilder> server = Http2SslContextSpec
			.forServer(held.keyPair().getPrivate(), List.of(held.certificate()));
		try (TokenEndpoint idp = TokenEndpoint.start((both) -> both.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
			.secure((ssl) -> ssl.sslContext(server)))) {
			assertThat(send(grant().tokenUri(idp.secureUrl()).transport(over(tls, http2)), CONFIGURED).block(LIMIT))
				.isNotNull();
			assertThat(idp.calls()).singleElement()
				// Netty's name for a part of a request that HTTP/1.1 does not have.
				.satisfies((call) -> assertThat(call.headers().containsKey("x-http2-scheme")).isEqualTo(http2));
		}
	}

	private static TransportSettings over(TlsSettings tls, boolean http2) {
		return new TransportSettings(tls, null, TransportSettings.DEFAULT.pool(), http2);
	}

	@Test
	void sendWhenSeveralResourcesThenEachIsAParameterOfItsOwn() throws InterruptedException {
		this.server.enqueue(json(200, "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}"));
		send(grant().resources("https://orders.example/a?b", "urn:billing"), CONFIGURED).block(LIMIT);
		assertThat(body(request())).contains("&resource=https%3A%2F%2Forders.example%2Fa%3Fb&resource=urn%3Abilling");
	}

	private AccessTokenException assertFails(TestGrants grant, AccessTokenFailure failure) {
		AtomicReference<Throwable> thrown = new AtomicReference<>();
		StepVerifier.create(send(grant, CONFIGURED)).expectErrorSatisfies(thrown::set).verify(LIMIT);
		assertThat(thrown.get()).isInstanceOf(AccessTokenException.class).hasNoCause();
		AccessTokenException ex = (AccessTokenException) Objects.requireNonNull(thrown.get());
		assertThat(ex.getFailure()).as(ex.toString()).isEqualTo(failure);
		assertThat(ex.toString()).doesNotContain("hush");
		return ex;
	}

	/** It takes random numbers, for which BlockHound lets no event loop wait. */
	@Test
	void sendWhenAssertionIsSignedThenOffTheEventLoop() throws Exception {
		this.server.enqueue(json(200, TOKEN));
		send(grant().clientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT), signing())
			.subscribeOn(Schedulers.parallel())
			.block(LIMIT);
		assertThat(body(request())).contains("client_id=hush-client&client_assertion_type=")
			.contains("client_assertion=ey");
	}

	@ParameterizedTest
	@CsvSource({ "401, unauthorized_client", "401, invalid_client", "400, invalid_client" })
	void sendWhenAssertionIsRefusedAndClockIsOffThenSaysSo(int status, String error) {
		this.server.enqueue(refusedAt("Sat, 31 Jan 2026 12:01:30 GMT", status, error));
		expect(grant().clientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT), signing(),
				AccessTokenFailure.CLIENT_REFUSED, "; the gateway's clock is 90 s behind the token endpoint's");
	}

	@Test
	void sendWhenAssertionIsRefusedAndClockIsRightThenSaysNothingOfIt() {
		this.server.enqueue(refusedAt("Sat, 31 Jan 2026 12:00:10 GMT", 401, "invalid_client"));
		StepVerifier.create(send(grant().clientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT), signing()))
			.expectErrorSatisfies((error) -> assertThat(error).hasMessage("HTTP 401"))
			.verify(LIMIT);
	}

	@Test
	void sendWhenSecretIsRefusedThenClockDoesNotMatter() {
		this.server.enqueue(refusedAt("Sat, 31 Jan 2026 12:01:30 GMT", 401, "invalid_client"));
		StepVerifier.create(send(grant(), CONFIGURED))
			.expectErrorSatisfies((error) -> assertThat(error).hasMessage("HTTP 401"))
			.verify(LIMIT);
	}

	@Test
	void sendWhenAssertionCannotBeSignedThenTokenEndpointIsNotAskedNorBlamed() {
		JWK unfit = new OctetSequenceKey.Builder(new byte[16]).algorithm(JWSAlgorithm.HS256).build();
		expect(grant().clientAuthentication(ClientAuthentication.CLIENT_SECRET_JWT),
				ClientCredentials.of("hush-client", new SigningKey(unfit)), AccessTokenFailure.NOT_ASKED,
				"The assertion cannot be signed");
		assertThat(this.server.getRequestCount()).isZero();
	}

	private static MockResponse refusedAt(String date, int status, String error) {
		return json(status, "{\"error\":\"%s\"}".formatted(error)).newBuilder().addHeader("Date", date).build();
	}

	private static ClientCredentials signing() {
		KeyPair pair = ClientKeys.ec("secp256r1");
		return ClientCredentials.of("hush-client",
				new SigningKey(
						new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic()).privateKey(pair.getPrivate())
							.algorithm(JWSAlgorithm.ES256)
							.build()));
	}

	private void expect(TestGrants grant, ClientCredentials credentials, AccessTokenFailure failure, String message) {
		StepVerifier.create(send(grant, credentials))
			.expectErrorSatisfies((error) -> assertThat(error)
				.isInstanceOfSatisfying(AccessTokenException.class,
						(ex) -> assertThat(ex.getFailure()).isEqualTo(failure))
				.hasMessageContaining(message)
				.hasMessageNotContaining("hush"))
			.verify(LIMIT);
	}

	private Mono<AccessTokenResponse> send(TestGrants grant, ClientCredentials credentials) {
		AccessTokenRequest request = new TokenKeyGenerator().requestsOf(grant.build()).with(credentials);
		return this.client.send(request, request.grant().limits().timeout());
	}

	private TestGrants grant() {
		return TestGrants.grant().tokenUri(url("/oauth2/token")).timeout(TIMEOUT);
	}

	private String url(String target) {
		return "http://127.0.0.1:" + this.server.getPort() + target;
	}

	private RecordedRequest request() throws InterruptedException {
		RecordedRequest request = this.server.takeRequest(10, TimeUnit.SECONDS);
		assertThat(request).isNotNull();
		return request;
	}

	private static String body(RecordedRequest request) {
		return (request.getBody() != null) ? request.getBody().utf8() : "";
	}

	private static MockResponse json(int status, String body) {
		return new MockResponse.Builder().code(status).addHeader("Content-Type", "application/json").body(body).build();
	}

	private static MockResponse padded(int size, boolean chunked) {
		String body = TOKEN + " ".repeat(size - TOKEN.length());
		MockResponse.Builder response = new MockResponse.Builder().addHeader("Content-Type", "application/json");
		return (chunked ? response.chunkedBody(body, 1000) : response.body(body)).build();
	}

	private static MockResponse gzip(Buffer content) throws IOException {
		Buffer compressed = new Buffer();
		try (GzipSink sink = new GzipSink(compressed)) {
			sink.write(content, content.size());
		}
		return new MockResponse.Builder().addHeader("Content-Type", "application/json")
			.addHeader("Content-Encoding", "gzip")
			.body(compressed)
			.build();
	}

}
