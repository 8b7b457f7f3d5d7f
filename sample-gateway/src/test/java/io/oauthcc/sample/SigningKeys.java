package io.oauthcc.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;

import org.springframework.util.FileSystemUtils;

/**
 * Keys of clients: the private ones in files, as a gateway has them, and the public ones
 * where an identity provider fetches them. There is one more file, with a key that no
 * identity provider knows.
 */
final class SigningKeys implements AutoCloseable {

	private final Path directory;

	private final JwkSetServer server;

	private SigningKeys(Path directory, JwkSetServer server) {
		this.directory = directory;
		this.server = server;
	}

	static SigningKeys start() throws IOException, JOSEException {
		RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
		ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
		Path directory = Files.createTempDirectory("keys");
		write(directory.resolve("rsa.pem"), rsa);
		write(directory.resolve("ec.pem"), ec);
		write(directory.resolve("unknown.pem"), new RSAKeyGenerator(2048).generate());
		return new SigningKeys(directory, JwkSetServer.start(new JWKSet(List.of(rsa, ec))));
	}

	private static void write(Path file, AsymmetricJWK key) throws IOException, JOSEException {
		Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
			.formatted(Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(key.toPrivateKey().getEncoded())));
	}

	/** Where the public keys are. */
	String jwkSetUrl() {
		return this.server.url();
	}

	/** Tells a gateway where the private keys are. */
	String argument() {
		return "--sample.keys=" + this.directory;
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
