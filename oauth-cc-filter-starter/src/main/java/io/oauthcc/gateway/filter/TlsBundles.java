package io.oauthcc.gateway.filter;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.oauthcc.gateway.token.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * SSL bundles of Spring Boot as connections need them, followed when Boot reloads them.
 * <p>
 * Safe for use by many threads.
 */
final class TlsBundles {

	private static final String OPTION = "clientConfig.tls.bundle";

	private final @Nullable SslBundles bundles;

	/** Nobody can stop following one. */
	private final Set<String> followed = ConcurrentHashMap.newKeySet();

	private final Runnable changed;

	/**
	 * Create without following any.
	 * @param bundles the bundles, or {@code null} if there are none
	 * @param changed is run after one that was asked for has changed
	 */
	TlsBundles(@Nullable SslBundles bundles, Runnable changed) {
		this.bundles = bundles;
		this.changed = changed;
	}

	/** What a bundle holds now, or {@code null} if it is of no use. */
	@Nullable TlsSettings settings(String name, boolean trustSystem, boolean insecureSkipVerify, OptionErrors errors) {
		SslBundle bundle = find(name);
		if (bundle == null) {
			errors.add(OPTION, "there is no SSL bundle of that name", "Define it below 'spring.ssl.bundle'.");
			return null;
		}
		if (bundle.getOptions().isSpecified()) {
			errors.add(OPTION, "has a bundle with options, which are not kept to",
					"Remove 'options' from the bundle: TLS 1.2 and 1.3 are spoken, with the ciphers of the Java platform.");
		}
		try {
			TlsSettings settings = read(bundle, trustSystem, insecureSkipVerify);
			if (settings.key() != null && !TlsOptionsChecker.belongTogether(settings.key(), settings.chain().get(0))) {
				errors.add(OPTION, "has a bundle whose key does not belong to its certificate",
						"Exchange both below 'spring.ssl.bundle'.");
			}
			return settings;
		}
		catch (GeneralSecurityException | RuntimeException ex) {
			// Its message may tell more than is good.
			errors.add(OPTION, "has a bundle that cannot be read (%s)".formatted(ex.getClass().getSimpleName()),
					"Correct it below 'spring.ssl.bundle'.");
			return null;
		}
	}

	private @Nullable SslBundle find(String name) {
		if (this.bundles == null) {
			return null;
		}
		try {
			// Followed first: else a change in between is lost.
			if (this.followed.add(name)) {
				this.bundles.addBundleUpdateHandler(name, (bundle) -> this.changed.run());
			}
			return this.bundles.getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			this.followed.remove(name);
			return null;
		}
	}

	private static TlsSettings read(SslBundle bundle, boolean trustSystem, boolean insecureSkipVerify)
			throws GeneralSecurityException {
		KeyStore store = bundle.getStores().getKeyStore();
		String alias = (store != null) ? alias(store, bundle) : null;
		if (store == null || alias == null) {
			return new TlsSettings(trusted(bundle), trustSystem, List.of(), null, insecureSkipVerify);
		}
		Key key = store.getKey(alias, password(bundle));
		return new TlsSettings(trusted(bundle), trustSystem, x509(store.getCertificateChain(alias)),
				(key instanceof PrivateKey privateKey) ? privateKey : null, insecureSkipVerify);
	}

	private static @Nullable String alias(KeyStore store, SslBundle bundle) throws GeneralSecurityException {
		String configured = bundle.getKey().getAlias();
		if (configured != null) {
			bundle.getKey().assertContainsAlias(store);
			return configured;
		}
		for (String alias : Collections.list(store.aliases())) {
			if (store.isKeyEntry(alias)) {
				return alias;
			}
		}
		return null;
	}

	private static char @Nullable [] password(SslBundle bundle) {
		String ofKey = bundle.getKey().getPassword();
		String password = (ofKey != null) ? ofKey : bundle.getStores().getKeyStorePassword();
		return (password != null) ? password.toCharArray() : null;
	}

	private static List<X509Certificate> trusted(SslBundle bundle) throws GeneralSecurityException {
		List<Certificate> trusted = new ArrayList<>();
		KeyStore store = bundle.getStores().getTrustStore();
		if (store != null) {
			for (String alias : Collections.list(store.aliases())) {
				trusted.add(store.getCertificate(alias));
			}
		}
		List<X509Certificate> certificates = x509(trusted.toArray(Certificate[]::new));
		if (store != null && certificates.isEmpty()) {
			// Else the system's would be trusted instead.
			throw new KeyStoreException("The trust store has no certificate");
		}
		return certificates;
	}

	private static List<X509Certificate> x509(Certificate[] certificates) {
		List<X509Certificate> chain = new ArrayList<>();
		for (Certificate certificate : certificates) {
			if (certificate instanceof X509Certificate x509) {
				chain.add(x509);
			}
		}
		return chain;
	}

}
