package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Certificates and keys that are exchanged while callers come, each of whom needs a token
 * of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
class TlsRotationIntegrationTests {

	private static final String CONFIGURATION = """
			logging.level.io.oauthcc: debug
			oauth-cc:
			  secrets.fileRoots: <root>
			  defaults:
			    url: <idp>
			    clientConfig.maxRetries: 0
			  middlewares:
			    volume.clientConfig.tls:
			      {ca: 'urn:file:<root>/ca', cert: 'urn:file:<root>/cert', key: 'urn:file:<root>/key'}
			    files.clientConfig.tls:
			      {ca: 'urn:file:<root>/files/ca', cert: 'urn:file:<root>/files/cert', key: 'urn:file:<root>/files/key'}
			    bundle.clientConfig.tls.bundle: idp
			spring:
			  ssl.bundle:
			    watch.file.quiet-period: 200ms
			    pem.idp:
			      reload-on-update: true
			      keystore: {certificate: 'file:<root>/bundle/cert', private-key: 'file:<root>/bundle/key'}
			      truststore.certificate: file:<root>/bundle/ca
			  cloud.gateway.server.webflux.routes:
			    - {id: volume, uri: <upstream>, predicates: [Path=/volume], filters: [OAuthClientCredentials=volume]}
			    - {id: files, uri: <upstream>, predicates: [Path=/files], filters: [OAuthClientCredentials=files]}
			    - {id: bundle, uri: <upstream>, predicates: [Path=/bundle], filters: [OAuthClientCredentials=bundle]}
			""";

	private static final Certificates certificates = new Certificates();

	/** The numbers of the certificates that were shown to the token endpoint. */
	private static final Set<BigInteger> shown = ConcurrentHashMap.newKeySet();

	private static final AtomicInteger callers = new AtomicInteger();

	@TempDir
	private static Path root;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws IOException {
		SslContext mutual = TokenEndpoint.build(Certificates.server(certificates.issue("localhost"))
			.trustManager(certificates.authority().certificate())
			.clientAuth(ClientAuth.REQUIRE));
		idp = TokenEndpoint.start((server) -> server.secure((ssl) -> ssl.sslContext(mutual))
			.doOnConnection((connection) -> shown.add(numberOf(connection.channel()))));
		upstream = Upstream.start();
		for (String file : new String[] { "ca", "cert", "key" }) {
			Files.createSymbolicLink(root.resolve(file), Path.of("..data", file));
		}
		exchangeVolume(certificates.issue());
		for (String directory : new String[] { "files", "bundle" }) {
			HeldCertificate client = certificates.issue();
			write(root.resolve(directory), client);
		}
		gateway = TestGateway.start(CONFIGURATION,
				Map.of("root", root.toString(), "idp", idp.secureUrl(), "upstream", upstream.url()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		idp.close();
		upstream.close();
	}

	private static BigInteger numberOf(Channel channel) {
		try {
			SslHandler tls = channel.pipeline().get(SslHandler.class);
			return ((X509Certificate) tls.engine().getSession().getPeerCertificates()[0]).getSerialNumber();
		}
		catch (SSLPeerUnverifiedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void certificateWhenVolumeIsExchangedThenNoRequestFails() {
		HeldCertificate next = certificates.issue();
		try (Load load = new Load("/volume")) {
			load.awaitMore();
			exchangeVolume(next);
			load.awaitShown(next);
		}
	}

	@Test
	void certificateWhenExchangedBeforeItsKeyThenFormerOneServesUntilKeyComes(CapturedOutput output) {
		HeldCertificate next = certificates.issue();
		try (Load load = new Load("/files")) {
			load.awaitMore();
			replace("files/cert", next.certificatePem());
			await().atMost(Duration.ofSeconds(20))
				.until(() -> output.getOut().contains("cannot be used as it stands in the secret"));
			load.awaitMore();
			assertThat(shown).doesNotContain(next.certificate().getSerialNumber());
			replace("files/key", next.privateKeyPkcs8Pem());
			load.awaitShown(next);
		}
	}

	@Test
	void certificateWhenBundleIsReloadedThenNoRequestFails() {
		HeldCertificate next = certificates.issue();
		try (Load load = new Load("/bundle")) {
			load.awaitMore();
			replace("bundle/cert", next.certificatePem());
			replace("bundle/key", next.privateKeyPkcs8Pem());
			load.awaitShown(next);
		}
	}

	/** As the kubelet does. */
	private static void exchangeVolume(HeldCertificate client) {
		try {
			String version = "..version-" + client.certificate().getSerialNumber();
			write(root.resolve(version), client);
			Path link = Files.createSymbolicLink(root.resolve("..tmp"), Path.of(version));
			Files.move(link, root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void write(Path directory, HeldCertificate client) throws IOException {
		Files.createDirectory(directory);
		Files.writeString(directory.resolve("ca"), certificates.authority().certificatePem());
		Files.writeString(directory.resolve("cert"), client.certificatePem());
		Files.writeString(directory.resolve("key"), client.privateKeyPkcs8Pem());
	}

	private static void replace(String file, String content) {
		try {
			Path next = Files.writeString(root.resolve("next"), content);
			Files.move(next, root.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Callers one after the other, some at a time, none of whom may fail.
	 */
	private static final class Load implements AutoCloseable {

		private static final int AT_A_TIME = 4;

		private final String path;

		private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);

		private final AtomicInteger served = new AtomicInteger();

		private final List<Integer> failed = new CopyOnWriteArrayList<>();

		private volatile boolean over;

		Load(String path) {
			this.path = path;
			for (int i = 0; i < AT_A_TIME; i++) {
				this.threads.execute(this::call);
			}
		}

		private void call() {
			while (!this.over) {
				int status = gateway.client()
					.get()
					.uri(this.path)
					.header("Authorization", TestGateway.basic("caller-" + callers.incrementAndGet(), "secret"))
					.exchange()
					.returnResult()
					.getStatus()
					.value();
				if (status != 200) {
					this.failed.add(status);
				}
				this.served.incrementAndGet();
			}
		}

		void awaitMore() {
			int before = this.served.get();
			await().atMost(Duration.ofSeconds(20)).until(() -> this.served.get() > before + 50);
		}

		void awaitShown(HeldCertificate client) {
			await().atMost(Duration.ofSeconds(20)).until(() -> shown.contains(client.certificate().getSerialNumber()));
			awaitMore();
		}

		@Override
		public void close() {
			this.over = true;
			this.threads.shutdown();
			await().atMost(Duration.ofSeconds(20)).until(this.threads::isTerminated);
			assertThat(this.failed).isEmpty();
			assertThat(this.served).hasPositiveValue();
		}

	}

}
