package io.oauthcc.gateway.filter;

import org.jspecify.annotations.Nullable;

/**
 * How connections to the token endpoint are encrypted.
 */
public class ClientTlsOptions extends TlsOptions {

	/**
	 * Password of the key, for one of encrypted PKCS#8.
	 */
	private @Nullable String keyPassword;

	/**
	 * Whether the system's certificates are trusted besides those of ca.
	 */
	private boolean trustSystem = false;

	/**
	 * Name of an SSL bundle of Spring Boot to use, instead of ca, cert and key.
	 */
	private @Nullable String bundle;

	public @Nullable String getKeyPassword() {
		return this.keyPassword;
	}

	public void setKeyPassword(@Nullable String keyPassword) {
		this.keyPassword = keyPassword;
	}

	public boolean isTrustSystem() {
		return this.trustSystem;
	}

	public void setTrustSystem(boolean trustSystem) {
		this.trustSystem = trustSystem;
	}

	public @Nullable String getBundle() {
		return this.bundle;
	}

	public void setBundle(@Nullable String bundle) {
		this.bundle = bundle;
	}

}
