package io.oauthcc.gateway.filter;

import org.jspecify.annotations.Nullable;

/**
 * How the connection is encrypted.
 */
public class TlsOptions {

	/**
	 * Certificates to trust, PEM; the system's if there are none.
	 */
	private @Nullable String ca;

	/**
	 * Certificate to show, PEM.
	 */
	private @Nullable String cert;

	/**
	 * Key of the certificate, PEM: PKCS#8, PKCS#1 or SEC 1.
	 */
	private @Nullable String key;

	/**
	 * Whether neither certificate nor host name is verified.
	 */
	private boolean insecureSkipVerify = false;

	public @Nullable String getCa() {
		return this.ca;
	}

	public void setCa(@Nullable String ca) {
		this.ca = ca;
	}

	public @Nullable String getCert() {
		return this.cert;
	}

	public void setCert(@Nullable String cert) {
		this.cert = cert;
	}

	public @Nullable String getKey() {
		return this.key;
	}

	public void setKey(@Nullable String key) {
		this.key = key;
	}

	public boolean isInsecureSkipVerify() {
		return this.insecureSkipVerify;
	}

	public void setInsecureSkipVerify(boolean insecureSkipVerify) {
		this.insecureSkipVerify = insecureSkipVerify;
	}

}
