package io.oauthcc.gateway.token;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Whom a connection trusts, and what it shows.
 * <p>
 * {@link #toString()} shows no key.
 *
 * @param trusted the certificates to trust, none for the system's
 * @param trustSystem whether the system's are trusted besides those
 * @param chain the certificate to show and those that vouch for it, none not to show one
 * @param key the key of that certificate, or {@code null} if there is none
 * @param insecureSkipVerify whether neither certificate nor host name is verified
 */
public record TlsSettings(List<X509Certificate> trusted, boolean trustSystem, List<X509Certificate> chain,
		@Nullable PrivateKey key, boolean insecureSkipVerify) {

	private static final char[] NO_PASSWORD = {};

	public TlsSettings {
		trusted = List.copyOf(trusted);
		chain = List.copyOf(chain);
	}

	/**
	 * Read the trusted certificates, so that no connection has to. May read files.
	 * @return a factory for trust managers
	 */
	public TrustManagerFactory trustManagers() {
		try {
			return trustManagers(this.trusted.isEmpty() ? null : trustStore());
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("The certificates cannot be trusted", ex);
		}
	}

	private static TrustManagerFactory trustManagers(@Nullable KeyStore store) throws GeneralSecurityException {
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(store);
		return factory;
	}

	private KeyStore trustStore() throws GeneralSecurityException, IOException {
		KeyStore store = emptyStore();
		for (X509Certificate certificate : this.trusted) {
			store.setCertificateEntry(Integer.toString(store.size()), certificate);
		}
		if (this.trustSystem) {
			for (TrustManager system : trustManagers(null).getTrustManagers()) {
				for (X509Certificate certificate : ((X509TrustManager) system).getAcceptedIssuers()) {
					store.setCertificateEntry(Integer.toString(store.size()), certificate);
				}
			}
		}
		return store;
	}

	/**
	 * Read the certificate to show.
	 * @return a factory for key managers, or {@code null} if there is nothing to show
	 */
	public @Nullable KeyManagerFactory keyManagers() {
		if (this.key == null) {
			return null;
		}
		try {
			KeyStore store = emptyStore();
			store.setKeyEntry("key", this.key, NO_PASSWORD, this.chain.toArray(X509Certificate[]::new));
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(store, NO_PASSWORD);
			return factory;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("The certificate cannot be shown", ex);
		}
	}

	/**
	 * When the first of the certificates ends; the system's do not count.
	 * @return the end, or {@code null} if there are none
	 */
	public @Nullable Instant earliestEnd() {
		return Stream.concat(this.trusted.stream(), this.chain.stream())
			.map((certificate) -> certificate.getNotAfter().toInstant())
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	/**
	 * What tells these settings from others. The key is none of it: nobody can use it but
	 * with the certificate that it belongs to.
	 */
	List<String> texts() {
		List<String> texts = new ArrayList<>(
				List.of(Boolean.toString(this.insecureSkipVerify), Boolean.toString(this.trustSystem),
						Integer.toString(this.trusted.size()), Integer.toString(this.chain.size())));
		Stream.concat(this.trusted.stream(), this.chain.stream()).map(TlsSettings::encode).forEach(texts::add);
		return texts;
	}

	private static String encode(X509Certificate certificate) {
		try {
			return Base64.getEncoder().encodeToString(certificate.getEncoded());
		}
		catch (CertificateEncodingException ex) {
			throw new IllegalStateException("A certificate has no encoding", ex);
		}
	}

	private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		return store;
	}

	@Override
	public String toString() {
		return "TlsSettings[insecureSkipVerify=" + this.insecureSkipVerify + "]";
	}

}
