package io.oauthcc.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

import org.springframework.util.FileSystemUtils;

/**
 * Certificates of a server and of clients, each with its key in files, as gateways and
 * servers have them. All but those of the server and of {@code other} are of a client
 * that calls itself the same.
 */
final class CertificateFiles implements AutoCloseable {

	/** Whom the certificates of the client are for. */
	static final String SUBJECT = "CN=demo-client";

	private static final String CLIENT = "demo-client";

	private final Path directory;

	private final HeldCertificate authority = authority("Test authority", 1);

	private final HeldCertificate intermediate = named("Test intermediate").certificateAuthority(0)
		.signedBy(this.authority)
		.build();

	private final HeldCertificate server = named("Test server").addSubjectAlternativeName("localhost")
		.addSubjectAlternativeName("127.0.0.1")
		.signedBy(this.authority)
		.build();

	private final HeldCertificate selfSigned = named(CLIENT).build();

	private final HeldCertificate otherSelfSigned = named("demo-other").build();

	private CertificateFiles(Path directory) throws IOException {
		this.directory = directory;
		write("server", this.server);
		write("client", named(CLIENT).signedBy(this.intermediate).build(), this.intermediate);
		write("other", named("demo-other").signedBy(this.intermediate).build(), this.intermediate);
		write("expired", expired(named(CLIENT).signedBy(this.intermediate)), this.intermediate);
		write("alone", named(CLIENT).signedBy(this.authority).build());
		write("impostor", named(CLIENT).signedBy(authority("Test authority", 0)).build());
		write("stranger", named(CLIENT).signedBy(authority("Another authority", 0)).build());
		write("self-signed", this.selfSigned);
		write("self-signed-other", this.otherSelfSigned);
		Files.writeString(file("authority.pem"), this.authority.certificatePem());
		Files.writeString(file("trusted.pem"), pem(this.authority, this.selfSigned, this.otherSelfSigned));
	}

	static CertificateFiles create() throws IOException {
		return new CertificateFiles(Files.createTempDirectory("certificates"));
	}

	private static HeldCertificate authority(String name, int intermediates) {
		return named(name).certificateAuthority(intermediates).build();
	}

	private static HeldCertificate.Builder named(String name) {
		return new HeldCertificate.Builder().commonName(name);
	}

	private static HeldCertificate expired(HeldCertificate.Builder builder) {
		long now = System.currentTimeMillis();
		return builder.validityInterval(now - Duration.ofDays(2).toMillis(), now - Duration.ofDays(1).toMillis())
			.build();
	}

	private void write(String name, HeldCertificate... chain) throws IOException {
		Files.writeString(file(name + ".pem"), pem(chain));
		Files.writeString(file(name + ".key"), chain[0].privateKeyPkcs8Pem());
	}

	private static String pem(HeldCertificate... certificates) {
		return Arrays.stream(certificates).map(HeldCertificate::certificatePem).collect(Collectors.joining());
	}

	/** One of the files; {@code trusted.pem} is what a server trusts. */
	Path file(String name) {
		return this.directory.resolve(name);
	}

	/** Tells a gateway where the files are. */
	String argument() {
		return "--test.certificates=" + this.directory;
	}

	/** The key of the certificate {@code self-signed}, with the certificate. */
	JWKSet selfSignedKey() throws GeneralSecurityException {
		Certificate certificate = this.selfSigned.certificate();
		return new JWKSet(new ECKey.Builder(Curve.P_256, (ECPublicKey) certificate.getPublicKey())
			.x509CertChain(List.of(com.nimbusds.jose.util.Base64.encode(certificate.getEncoded())))
			.build());
	}

	/** What a server runs with that asks for certificates of this authority. */
	SSLContext serverContext() {
		return new HandshakeCertificates.Builder().heldCertificate(this.server)
			.addTrustedCertificate(this.authority.certificate())
			.build()
			.sslContext();
	}

	/** The thumbprint of the first certificate of a file, as a token has it. */
	String thumbprint(String name) throws IOException, GeneralSecurityException {
		try (InputStream in = Files.newInputStream(file(name))) {
			return thumbprint(CertificateFactory.getInstance("X.509").generateCertificate(in));
		}
	}

	/** The thumbprint of a certificate, as a token has it (RFC 8705, section 3.1). */
	static String thumbprint(Certificate certificate) throws GeneralSecurityException {
		return Base64.getUrlEncoder()
			.withoutPadding()
			.encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
	}

	@Override
	public void close() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
