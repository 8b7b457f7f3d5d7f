package io.oauthcc.gateway.filter;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.X509CertUtils;
import io.oauthcc.gateway.token.SigningKey;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/**
 * Checks the options below {@code privateKey}, and makes of them what signs assertions.
 * Notes every error and goes on.
 */
final class PrivateKeyChecker {

	/** RFC 7518, section 3.3. */
	private static final int SHORTEST_RSA_KEY = 2048;

	private static final List<SignatureAlgorithm> RSA = List.of(SignatureAlgorithm.RS256, SignatureAlgorithm.RS384,
			SignatureAlgorithm.RS512, SignatureAlgorithm.PS256, SignatureAlgorithm.PS384, SignatureAlgorithm.PS512);

	/** Of keys that say of themselves that they are for nothing else. */
	private static final List<SignatureAlgorithm> RSA_PSS = List.of(SignatureAlgorithm.PS256, SignatureAlgorithm.PS384,
			SignatureAlgorithm.PS512);

	private static final Map<Curve, SignatureAlgorithm> EC = Map.of(Curve.P_256, SignatureAlgorithm.ES256, Curve.P_384,
			SignatureAlgorithm.ES384, Curve.P_521, SignatureAlgorithm.ES512);

	private final PrivateKeyOptions options;

	private final OptionErrors errors;

	PrivateKeyChecker(PrivateKeyOptions options, OptionErrors errors) {
		this.options = options;
		this.errors = errors;
	}

	/** Whether there is an option below {@code privateKey} at all. */
	boolean isAnySet() {
		return isKeySet() || OptionErrors.text(this.options.getPassword()) != null
				|| OptionErrors.text(this.options.getKeyId()) != null || this.options.getAlgorithm() != null
				|| OptionErrors.text(this.options.getCertificate()) != null;
	}

	boolean isKeySet() {
		return OptionErrors.text(this.options.getKey()) != null;
	}

	/** What the options describe, or {@code null} if they are wrong. */
	@Nullable SigningKey signingKey() {
		String certificatePem = OptionErrors.text(this.options.getCertificate());
		List<X509Certificate> certificates = (certificatePem != null)
				? this.errors.pem("privateKey.certificate", certificatePem, PemContent::getCertificates,
						"Put the text itself there, from '-----BEGIN' to 'END ...-----'.")
				: List.of();
		PrivateKey key = this.errors.pem("privateKey.key", String.valueOf(this.options.getKey()),
				(pem) -> pem.getPrivateKey(OptionErrors.text(this.options.getPassword())),
				"Put the text itself there, from '-----BEGIN' to 'END ...-----'; with 'privateKey.password' if it is encrypted.");
		if (key == null || certificates == null) {
			return null;
		}
		String keyId = keyId();
		if (keyId != null) {
			this.errors.withoutControls("privateKey.keyId", keyId);
		}
		try {
			return signingKey(key, certificates.isEmpty() ? null : certificates.get(0));
		}
		catch (GeneralSecurityException | IllegalStateException ex) {
			// Its message may quote the key, and its type differs between versions of
			// Java.
			return refuseKey("is no key that can be used");
		}
	}

	private @Nullable SigningKey signingKey(PrivateKey key, @Nullable X509Certificate certificate)
			throws GeneralSecurityException {
		if (key instanceof RSAPrivateCrtKey rsa) {
			return rsa(rsa, certificate);
		}
		if (key instanceof ECPrivateKey ec) {
			return ec(ec, certificate);
		}
		return refuseKey((key instanceof EdECPrivateKey)
				? "is an Ed25519 or Ed448 key, for which Spring Security signs no assertion"
				: "is of the kind %s, which signs no assertion".formatted(key.getAlgorithm()));
	}

	private @Nullable SigningKey rsa(RSAPrivateCrtKey key, @Nullable X509Certificate certificate)
			throws GeneralSecurityException {
		int length = key.getModulus().bitLength();
		if (length < SHORTEST_RSA_KEY) {
			return refuseKey("has %d bits, too few to sign an assertion".formatted(length));
		}
		RSAPublicKey publicKey = (RSAPublicKey) KeyFactory.getInstance("RSA")
			.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
		if (certificate != null && !(certificate.getPublicKey() instanceof RSAPublicKey certified
				&& certified.getModulus().equals(key.getModulus()))) {
			return refuseCertificate();
		}
		Algorithm algorithm = algorithm("RSASSA-PSS".equals(key.getAlgorithm()) ? RSA_PSS : RSA, "an RSA key");
		return signingKey(new RSAKey.Builder(publicKey).privateKey(key)
			.algorithm(algorithm)
			.keyID(keyId())
			.x509CertSHA256Thumbprint(thumbprint(certificate))
			.build());
	}

	private @Nullable SigningKey ec(ECPrivateKey key, @Nullable X509Certificate certificate)
			throws GeneralSecurityException {
		Curve curve = Curve.forECParameterSpec(key.getParams());
		SignatureAlgorithm fitting = (curve != null) ? EC.get(curve) : null;
		if (curve == null || fitting == null) {
			return refuseKey("is on a curve that signs no assertion");
		}
		ECPublicKey publicKey = EcPublicKeys.of(key);
		if (certificate != null && !isOf(certificate, publicKey)) {
			return refuseCertificate();
		}
		Algorithm algorithm = algorithm(List.of(fitting), "an EC key on %s".formatted(curve.getName()));
		return signingKey(new ECKey.Builder(curve, publicKey).privateKey(key)
			.algorithm(algorithm)
			.keyID(keyId())
			.x509CertSHA256Thumbprint(thumbprint(certificate))
			.build());
	}

	private static boolean isOf(X509Certificate certificate, ECPublicKey publicKey) {
		PublicKey certified = certificate.getPublicKey();
		return certified instanceof ECPublicKey ec && ec.getW().equals(publicKey.getW());
	}

	private static @Nullable SigningKey signingKey(JWK jwk) {
		return (jwk.getAlgorithm() != null) ? new SigningKey(jwk) : null;
	}

	/** The one that is asked for, else the first that fits. */
	private @Nullable Algorithm algorithm(List<SignatureAlgorithm> fitting, String kind) {
		SignatureAlgorithm algorithm = this.options.getAlgorithm();
		if (algorithm != null && !fitting.contains(algorithm)) {
			this.errors.add("privateKey.algorithm", "%s does not fit %s".formatted(algorithm.getName(), kind),
					"Use %s, or another key.".formatted(
							fitting.stream().map(SignatureAlgorithm::getName).collect(Collectors.joining(", "))));
			return null;
		}
		return JWSAlgorithm.parse(((algorithm != null) ? algorithm : fitting.get(0)).getName());
	}

	private @Nullable String keyId() {
		return OptionErrors.text(this.options.getKeyId());
	}

	private static @Nullable Base64URL thumbprint(@Nullable X509Certificate certificate) {
		return (certificate != null) ? X509CertUtils.computeSHA256Thumbprint(certificate) : null;
	}

	private @Nullable SigningKey refuseKey(String problem) {
		this.errors.add("privateKey.key", problem,
				"Use an RSA key of 2048 bits or more, or an EC key on P-256, P-384 or P-521.");
		return null;
	}

	private @Nullable SigningKey refuseCertificate() {
		this.errors.add("privateKey.certificate", "is of another key", "Use the certificate of 'privateKey.key'.");
		return null;
	}

}
