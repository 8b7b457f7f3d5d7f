package io.oauthcc.gateway.filter;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/**
 * The key under which a client signs its assertions.
 */
public class PrivateKeyOptions {

	/**
	 * Private key, PEM: PKCS#8, also encrypted, PKCS#1 or SEC 1; RSA from 2048 bits on,
	 * or EC on P-256, P-384 or P-521.
	 */
	private @Nullable String key;

	/**
	 * Password of a key that is encrypted.
	 */
	private @Nullable String password;

	/**
	 * Id by which the token endpoint knows the key, the assertion's kid.
	 */
	private @Nullable String keyId;

	/**
	 * Algorithm to sign with, RS256 to RS512, PS256 to PS512 or ES256 to ES512; by
	 * default RS256, or the ES algorithm of the key's curve.
	 */
	private @Nullable SignatureAlgorithm algorithm;

	/**
	 * Certificate of the key, PEM, whose thumbprint is the assertion's x5t#S256.
	 */
	private @Nullable String certificate;

	public @Nullable String getKey() {
		return this.key;
	}

	public void setKey(@Nullable String key) {
		this.key = key;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public @Nullable String getKeyId() {
		return this.keyId;
	}

	public void setKeyId(@Nullable String keyId) {
		this.keyId = keyId;
	}

	public @Nullable SignatureAlgorithm getAlgorithm() {
		return this.algorithm;
	}

	public void setAlgorithm(@Nullable SignatureAlgorithm algorithm) {
		this.algorithm = algorithm;
	}

	public @Nullable String getCertificate() {
		return this.certificate;
	}

	public void setCertificate(@Nullable String certificate) {
		this.certificate = certificate;
	}

}
