package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.oauthcc.gateway.actuate.MiddlewaresHealthContributor;
import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import okhttp3.tls.HeldCertificate;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS with token endpoints that are as they should be, and that are not: what a caller
 * gets, and what the log says.
 */
@ExtendWith(OutputCaptureExtension.class)
class TlsMatrixIntegrationTests {

	private static final String NO_PATH = "no certificate that is trusted vouches for its own";

	private static final Certificates ours = new Certificates();

	private static final Certificates others = new Certificates();

	private static final List<AutoCloseable> servers = new ArrayList<>();

	private static final List<Case> cases = new ArrayList<>();

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start(CapturedOutput output) throws Exception {
		upstream = Upstream.start();
		servers.add(upstream);
		String ca = "ca: " + quoted(ours.authority().certificatePem());
		trust(ca);
		versions(ca);
		clientCertificates(ca);
		StringBuilder yaml = new StringBuilder("""
				logging.level.io.oauthcc: debug
				oauth-cc.defaults: {clientId: hush-id, clientSecret: hush-secret, clientConfig.maxRetries: 0}
				""");
		for (Case entry : cases) {
			yaml.append("""
					oauth-cc.middlewares.%1$s: {url: '%2$s', clientConfig: {tls: {%3$s}}}
					spring.cloud.gateway.server.webflux.routes[%4$d]:
					  {id: %1$s, uri: '%5$s', predicates: [Path=/%1$s], filters: [OAuthClientCredentials=%1$s]}
					""".formatted(entry.name(), entry.url(), entry.tls(), cases.indexOf(entry), upstream.url()));
		}
		gateway = TestGateway.start(yaml.toString(), Map.of());
		assertThat(output).contains("middleware 'other-host-unverified': clientConfig.tls.insecureSkipVerify",
				"middleware 'good': clientConfig.tls: a certificate ends at");
	}

	@AfterAll
	static void stop() throws Exception {
		gateway.close();
		for (AutoCloseable server : servers) {
			server.close();
		}
	}

	private static void trust(String ca) {
		HeldCertificate good = ours.issue("localhost");
		HeldCertificate below = ours.issueByIntermediate("localhost");
		HeldCertificate foreign = others.issue("localhost");
		HeldCertificate elsewhere = ours.issue("idp.example");
		add("good", Certificates.server(good), ca, null);
		add("good-rsa", Certificates.server(ours.issueRsa("localhost")), ca, null);
		add("system-besides", Certificates.server(good), ca + ", trustSystem: true", null);
		add("system-alone", Certificates.server(good), "", NO_PATH);
		add("other-ca", Certificates.server(foreign), ca, NO_PATH);
		add("other-ca-unverified", Certificates.server(foreign), "insecureSkipVerify: true", null);
		add("other-host", Certificates.server(elsewhere), ca, "its certificate is for another host");
		add("other-host-unverified", Certificates.server(elsewhere), "insecureSkipVerify: true", null);
		add("expired", Certificates.server(ours.issue(Duration.ofDays(-2), Duration.ofDays(-1), "localhost")), ca,
				"has expired");
		add("not-yet-valid", Certificates.server(ours.issue(Duration.ofDays(1), Duration.ofDays(2), "localhost")), ca,
				"is not valid yet");
		add("intermediate", Certificates.server(below, ours.intermediate()), ca, null);
		add("intermediate-missing", Certificates.server(below), ca, "or have it send the certificates in between");
	}

	private static void versions(String ca) throws IOException {
		HeldCertificate good = ours.issue("localhost");
		add("tls-12", Certificates.server(good).protocols("TLSv1.2"), ca, null);
		// What servers that speak TLS 1.1 answer: an alert, or their version.
		String noVersion = "it has no version of TLS in common with the gateway, which speaks 1.2 and 1.3";
		add("tls-11-alert", new RawServer("15 03 02 00 02 02 46"), 502, noVersion);
		add("tls-11-hello", new RawServer("16 03 02 00 2a 02 00 00 26 03 02 " + "00".repeat(32) + "00 c0 13 00"), 502,
				noVersion);
		add("no-tls",
				new RawServer(HexFormat.of()
					.formatHex("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))),
				502, "it does not speak TLS");
		add("closes", new RawServer(""), 503, "UNREACHABLE");
	}

	private static void clientCertificates(String ca) throws GeneralSecurityException, IOException {
		HeldCertificate good = ours.issue("localhost");
		HeldCertificate client = ours.issue();
		HeldCertificate rsa = ours.issueRsa();
		HeldCertificate foreign = others.issue();
		HeldCertificate below = ours.issueByIntermediate();
		for (String version : new String[] { "1.2", "1.3" }) {
			add("client-ec-" + version.replace(".", ""), mutual(good, version),
					ca + shown(client, client.privateKeyPkcs8Pem()), null);
			add("client-none-" + version.replace(".", ""), mutual(good, version), ca,
					"it requires a certificate, clientConfig.tls.cert");
			add("client-refused-" + version.replace(".", ""), mutual(good, version),
					ca + shown(foreign, foreign.privateKeyPkcs8Pem()),
					"it refuses the certificate of clientConfig.tls");
		}
		add("client-sec1", mutual(good, "1.3"), ca + shown(client, Certificates.sec1(client)), null);
		add("client-pkcs1", mutual(good, "1.3"), ca + shown(rsa, rsa.privateKeyPkcs1Pem()), null);
		add("client-rsa", mutual(good, "1.2"), ca + shown(rsa, rsa.privateKeyPkcs8Pem()), null);
		add("client-encrypted", mutual(good, "1.3"),
				ca + shown(client, Certificates.encrypted(client.keyPair(), "hush-password"))
						+ ", keyPassword: hush-password",
				null);
		add("client-chain", mutual(good, "1.3"),
				ca + ", cert: " + quoted(below.certificatePem() + ours.intermediate().certificatePem()) + ", key: "
						+ quoted(below.privateKeyPkcs8Pem()),
				null);
	}

	private static SslContextBuilder mutual(HeldCertificate server, String version) {
		return Certificates.server(server)
			.protocols("TLSv" + version)
			.trustManager(ours.authority().certificate())
			.clientAuth(ClientAuth.REQUIRE);
	}

	private static String shown(HeldCertificate client, String key) {
		return ", cert: " + quoted(client.certificatePem()) + ", key: " + quoted(key);
	}

	private static String quoted(String pem) {
		return '"' + pem.replace("\n", "\\n") + '"';
	}

	private static void add(String name, SslContextBuilder server, String tls, @Nullable String log) {
		TokenEndpoint idp = TokenEndpoint.startSecure(server);
		servers.add(idp);
		cases.add(new Case(name, idp.secureUrl(), tls, (log != null) ? 502 : 200, log));
	}

	private static void add(String name, RawServer server, int status, String log) {
		servers.add(server);
		cases.add(new Case(name, "https://localhost:%d/".formatted(server.port()), "", status, log));
	}

	static Stream<Case> cases() {
		return cases.stream();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void tokenWhenEndpointIsSoThenAnswerAndLogSaySo(Case entry, CapturedOutput output) {
		gateway.client().get().uri("/" + entry.name()).exchange().expectStatus().isEqualTo(entry.status());
		assertThat(upstream.received()).hasSize((entry.status() == 200) ? 1 : 0);
		upstream.received().clear();
		if (entry.log() == null) {
			assertThat(output).doesNotContain("No token for");
			return;
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("No token for"))).singleElement()
			.asString()
			.contains(entry.name(), entry.url(), (entry.status() == 502) ? "UNTRUSTED" : "UNREACHABLE", entry.log());
		assertThat(output).doesNotContain("hush");
	}

	@Test
	void healthWhenNotVerifiedOrCertificatesEndSoonThenUpAndSaidSo() {
		MiddlewaresHealthContributor contributor = gateway.context().getBean(MiddlewaresHealthContributor.class);
		Map<String, Boolean> concerned = new HashMap<>();
		assertThat(contributor.stream()).allSatisfy((entry) -> {
			Health health = Objects.requireNonNull(((HealthIndicator) entry.contributor()).health());
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			concerned.put(entry.name(), health.getDetails().containsKey("concerns"));
		});
		assertThat(concerned).containsEntry("good", true)
			.containsEntry("other-ca-unverified", true)
			.containsEntry("system-alone", false);
	}

	private record Case(String name, String url, String tls, int status, @Nullable String log) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	/**
	 * Answers what it is told to the first that it reads, and closes.
	 */
	private static final class RawServer implements AutoCloseable {

		private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("localhost"));

		private final byte[] answer;

		RawServer(String hex) throws IOException {
			this.answer = HexFormat.of().parseHex(hex.replace(" ", ""));
			Thread thread = new Thread(this::serve, "raw-server");
			thread.setDaemon(true);
			thread.start();
		}

		int port() {
			return this.socket.getLocalPort();
		}

		private void serve() {
			while (!this.socket.isClosed()) {
				try (Socket connection = this.socket.accept()) {
					InputStream in = connection.getInputStream();
					in.read(new byte[16 * 1024]);
					connection.getOutputStream().write(this.answer);
					connection.getOutputStream().flush();
					connection.shutdownOutput();
					in.readAllBytes();
				}
				catch (IOException ex) {
					// The gateway hangs up, or the test is over.
				}
			}
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
