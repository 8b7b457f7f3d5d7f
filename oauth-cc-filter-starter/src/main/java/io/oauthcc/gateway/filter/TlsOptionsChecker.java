package io.oauthcc.gateway.filter;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;

import io.oauthcc.gateway.token.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;

/**
 * Checks options of TLS. Keys may be PKCS#8, encrypted or not, PKCS#1 or SEC 1.
 */
final class TlsOptionsChecker {

	private final String prefix;

	private final OptionErrors errors;

	/**
	 * Create a checker.
	 * @param prefix where the options stand
	 * @param errors gets what is wrong
	 */
	TlsOptionsChecker(String prefix, OptionErrors errors) {
		this.prefix = prefix;
		this.errors = errors;
	}

	/**
	 * What certificates and key stand there as.
	 * @param options the options
	 * @param trustSystem whether the system's certificates are trusted as well
	 * @param keyPassword the password of the key, or {@code null} if it has none
	 */
	TlsSettings settings(TlsOptions options, boolean trustSystem, @Nullable String keyPassword) {
		String certificate = OptionErrors.text(options.getCert());
		String key = OptionErrors.text(options.getKey());
		if ((certificate == null) != (key == null)) {
			this.errors.add(this.prefix, "has one of cert and key alone", "Set both, or neither.");
		}
		List<X509Certificate> chain = certificates("cert", certificate);
		PrivateKey privateKey = read("key", key, (pem) -> pem.getPrivateKey(keyPassword));
		if (privateKey != null && !chain.isEmpty() && !belongTogether(privateKey, chain.get(0))) {
			this.errors.add(this.prefix + ".key", "does not belong to the first certificate of cert",
					"Put the certificate of the key first.");
		}
		return new TlsSettings(certificates("ca", OptionErrors.text(options.getCa())), trustSystem, chain, privateKey,
				options.isInsecureSkipVerify());
	}

	private List<X509Certificate> certificates(String option, @Nullable String pem) {
		List<X509Certificate> certificates = read(option, pem, PemContent::getCertificates);
		return (certificates != null) ? certificates : List.of();
	}

	private <T> @Nullable T read(String option, @Nullable String pem, Function<PemContent, @Nullable T> reader) {
		return (pem != null) ? this.errors.pem(this.prefix + "." + option, pem, reader,
				"Put the text itself there, from '-----BEGIN' to 'END ...-----', and a key's password where there is an option for it.")
				: null;
	}

	/**
	 * Files that are exchanged one after the other do not for a moment; no connection
	 * would come about.
	 */
	static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
		String algorithm = switch (key.getAlgorithm()) {
			case "RSA" -> "SHA256withRSA";
			case "EC" -> "SHA256withECDSA";
			default -> key.getAlgorithm();
		};
		try {
			Signature signature = Signature.getInstance(algorithm);
			signature.initSign(key);
			signature.update(certificate.getSignature());
			byte[] signed = signature.sign();
			signature.initVerify(certificate.getPublicKey());
			signature.update(certificate.getSignature());
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

}
