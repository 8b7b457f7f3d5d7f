package io.oauthcc.sample;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.util.FileSystemUtils;

/**
 * Keycloak in its development mode, with the realm of {@code config/keycloak}.
 */
final class Keycloak implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("started in .*Listening on: https?://");

	private final LoggedProcess process;

	private final String url;

	private final String secureUrl;

	private Keycloak(LoggedProcess process, String url, String secureUrl) {
		this.process = process;
		this.url = url;
		this.secureUrl = secureUrl;
	}

	/**
	 * Start the one that the profile {@code keycloak} has unpacked.
	 * @param jwkSetUrl where the keys of clients are that sign
	 * @param files its certificate, and whom it trusts
	 */
	static Keycloak start(String jwkSetUrl, CertificateFiles files) throws IOException {
		Path home = Path.of(System.getProperty("keycloak.home"));
		// What an earlier run has imported is not imported again.
		FileSystemUtils.deleteRecursively(home.resolve("data"));
		Path realm = Path.of(System.getProperty("keycloak.realm"));
		Path imported = Files.createDirectories(home.resolve("data/import"));
		Files.copy(realm, imported.resolve(realm.getFileName()), StandardCopyOption.REPLACE_EXISTING);
		int port = freePort();
		int securePort = freePort();
		LoggedProcess process = LoggedProcess.start(home.resolve("keycloak.log"), Map.of("DEMO_JWKS_URL", jwkSetUrl),
				List.of(home.resolve("bin/kc.sh").toString(), "start-dev", "--import-realm", "--http-host=127.0.0.1",
						"--http-port=" + port, "--https-port=" + securePort,
						"--https-certificate-file=" + files.file("server.pem"),
						"--https-certificate-key-file=" + files.file("server.key"), "--https-client-auth=request",
						"--https-trust-store-file=" + files.file("trusted.pem")));
		try {
			process.await(STARTED, Duration.ofMinutes(2));
			return new Keycloak(process, "http://127.0.0.1:" + port, "https://127.0.0.1:" + securePort);
		}
		catch (RuntimeException ex) {
			process.close();
			throw ex;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	String url() {
		return this.url;
	}

	/** Where it speaks TLS, and asks for a certificate. */
	String secureUrl() {
		return this.secureUrl;
	}

	@Override
	public void close() {
		this.process.close();
	}

}
