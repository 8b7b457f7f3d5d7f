package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.netty.handler.ssl.SslContextBuilder;
import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.fixture.ForwardProxy;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.TokenEndpoint.Answer;
import io.oauthcc.gateway.fixture.Upstream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.tcp.SslProvider;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Token endpoints behind proxies, by HTTP/2, and beside other hosts at the same address.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransportIntegrationTests {

	private static final String CONFIGURATION = """
			logging.level.io.oauthcc: debug
			oauth-cc:
			  defaults:
			    url: <idp>
			    clientId: hush-id
			    clientSecret: hush-secret
			    clientConfig: {maxRetries: 0, tls.ca: "<ca>"}
			  middlewares:
			    direct.encodeCredentials: true
			    http: {clientConfig.proxy: {host: 127.0.0.1, port: <http>}}
			    http-user:
			      clientConfig.proxy: {host: localhost, port: <http-user>, username: hush-user, password: hush-password}
			    http-wrong:
			      clientConfig.proxy: {host: localhost, port: <http-user>, username: hush-user, password: hush-other}
			    socks: {clientConfig.proxy: {type: socks5, host: 127.0.0.1, port: <socks>}}
			    socks-user:
			      clientConfig.proxy:
			        {type: socks5, host: 127.0.0.1, port: <socks-user>, username: hush-user, password: hush-password}
			    socks-wrong:
			      clientConfig.proxy:
			        {type: socks5, host: 127.0.0.1, port: <socks-user>, username: hush-user, password: hush-other}
			    past: {clientConfig.proxy: {host: 127.0.0.1, port: <gone>, nonProxyHosts: [other.example, localhost]}}
			    gone: {clientConfig.proxy: {host: 127.0.0.1, port: <gone>}}
			    unknown: {clientConfig.proxy: {host: proxy.invalid, port: 80}}
			    sni: {url: 'https://idp.example:<sni>/token', clientConfig.proxy: {host: 127.0.0.1, port: <http>}}
			    http2: {url: '<h2>', clientConfig.http2: true}
			    http1: {url: '<h2>', scopes: other}
			    verified: {jwt: {verify: true, jwkSetUri: '<idp>/jwks'}}
			    http2-not-there: {clientConfig.http2: true}
			spring.cloud.gateway.server.webflux.routes:
			""";

	private static final List<String> NAMES = List.of("direct", "http", "http-user", "http-wrong", "socks",
			"socks-user", "socks-wrong", "past", "gone", "unknown", "sni", "http2", "http1", "http2-not-there",
			"verified");

	private static final Answer KEYS = Answer.of(200, "{\"keys\":[]}");

	private static final Certificates certificates = new Certificates();

	private static TokenEndpoint idp;

	private static TokenEndpoint sni;

	private static TokenEndpoint h2;

	private static ForwardProxy http;

	private static ForwardProxy httpUser;

	private static ForwardProxy socks;

	private static ForwardProxy socksUser;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws IOException {
		upstream = Upstream.start();
		HeldCertificate good = certificates.issue("localhost");
		idp = TokenEndpoint.startSecure(Certificates.server(good));
		// Before the gateway starts, which fetches them then.
		idp.answer(KEYS);
		SslProvider.GenericSslContextSpec<SslContextBuilder> http2 = Http2SslContextSpec
			.forServer(good.keyPair().getPrivate(), List.of(good.certificate()));
		h2 = TokenEndpoint.start((server) -> server.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
			.secure((ssl) -> ssl.sslContext(http2)));
		SslContextBuilder named = Certificates.server(certificates.issue("idp.example"));
		sni = TokenEndpoint.start((server) -> server.secure(
				(ssl) -> ssl.sslContext(TokenEndpoint.build(Certificates.server(certificates.issue("other.example"))))
					.addSniMapping("idp.example", (mapped) -> mapped.sslContext(TokenEndpoint.build(named)))));
		http = ForwardProxy.http(null);
		httpUser = ForwardProxy.http("hush-user:hush-password");
		socks = ForwardProxy.socks5(null);
		socksUser = ForwardProxy.socks5("hush-user:hush-password");
		StringBuilder yaml = new StringBuilder(CONFIGURATION);
		NAMES.forEach((name) -> yaml.append(
				"  - {id: %1$s, uri: '<upstream>', predicates: [Path=/%1$s], filters: [OAuthClientCredentials=%1$s]}\n"
					.formatted(name)));
		gateway = TestGateway.start(yaml.toString(),
				Map.of("idp", idp.secureUrl(), "upstream", upstream.url(), "h2", h2.secureUrl(), "sni",
						Integer.toString(sni.port()), "http", Integer.toString(http.port()), "http-user",
						Integer.toString(httpUser.port()), "socks", Integer.toString(socks.port()), "socks-user",
						Integer.toString(socksUser.port()), "gone", Integer.toString(freePort()), "ca",
						certificates.authority().certificatePem().replace("\n", "\\n")));
		await().until(() -> idp.calls().stream().anyMatch((call) -> call.uri().endsWith("/jwks")));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		http.close();
		httpUser.close();
		socks.close();
		socksUser.close();
		idp.close();
		sni.close();
		h2.close();
		upstream.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
	}

	private static int get(String name) {
		return gateway.client().get().uri("/" + name).exchange().returnResult().getStatus().value();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http", "http-user", "socks", "socks-user" })
	void tokenWhenProxyThenThroughItByNameAndWithItsOwnToken(String name) {
		assertThat(get("direct")).isEqualTo(200);
		idp.calls().clear();
		ForwardProxy proxy = switch (name) {
			case "http" -> http;
			case "http-user" -> httpUser;
			case "socks" -> socks;
			default -> socksUser;
		};
		proxy.destinations().clear();
		assertThat(get(name)).isEqualTo(200);
		assertThat(proxy.destinations()).containsExactly("localhost:" + idp.port());
		assertThat(idp.calls()).as("a token that came directly is another").hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "http-wrong | the proxy does not connect to it (status 407)",
					"socks-wrong | the proxy does not connect to it (status FAILURE)", "gone | through the proxy",
					"unknown | the proxy does not connect to it (status unknown_host)" })
	void tokenWhenProxyDoesNotConnectThen503AndLogSaysSo(String name, String log, CapturedOutput output) {
		assertThat(get(name)).isEqualTo(503);
		assertThat(output.getOut().lines().filter((line) -> line.contains("No token for " + name))).singleElement()
			.asString()
			.contains("UNREACHABLE", log);
		assertThat(output).doesNotContain("hush");
		assertThat(idp.calls()).isEmpty();
	}

	@Test
	void tokenWhenHostIsReachedWithoutProxyThenProxyIsNotAsked() {
		assertThat(get("past")).isEqualTo(200);
	}

	@Test
	void tokenWhenSeveralHostsAtOneAddressThenNameIsSent() {
		assertThat(get("sni")).isEqualTo(200);
		assertThat(sni.calls()).hasSize(1);
	}

	@Test
	void keysWhenTokenIsVerifiedThenFetchedByTheSameTls(CapturedOutput output) {
		Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
		String unknown = Stream.of("{\"alg\":\"ES256\"}", "{}", "unsigned")
			.map((part) -> base64.encodeToString(part.getBytes(StandardCharsets.UTF_8)))
			.collect(Collectors.joining("."));
		idp.answer((call) -> call.uri().endsWith("/jwks") ? KEYS : TokenEndpoint.token(unknown));
		assertThat(get("verified")).isEqualTo(502);
		// The keys came, at the start or now, and none is the token's.
		assertThat(output).contains("No token for verified", "UNVERIFIED");
	}

	@Test
	void tokenWhenHttp2ThenSpokenWhereOffered() {
		assertThat(get("http2")).isEqualTo(200);
		// Netty's name for a part of a request that HTTP/1.1 does not have.
		assertThat(h2.calls().get(0).headers()).containsKey("x-http2-scheme");
		assertThat(get("http1")).isEqualTo(200);
		assertThat(h2.calls().get(1).headers()).doesNotContainKey("x-http2-scheme");
		assertThat(get("http2-not-there")).isEqualTo(200);
	}

}
