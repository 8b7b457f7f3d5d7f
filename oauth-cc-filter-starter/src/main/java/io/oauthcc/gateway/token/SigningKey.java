package io.oauthcc.gateway.token;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A key under which a client signs an assertion for each of its token requests.
 * <p>
 * Immutable. Equal by identity only, and {@link #toString()} does not show the key.
 */
public final class SigningKey implements AssertionSource {

	private final JWK jwk;

	private final List<@Nullable String> traits;

	/**
	 * Create a key.
	 * @param jwk the key (RFC 7517) with its private part and the algorithm to sign with,
	 * and the id and certificate thumbprint that go into an assertion's header, if any
	 */
	public SigningKey(JWK jwk) {
		Assert.isTrue(jwk.isPrivate() && jwk.getAlgorithm() != null,
				"jwk: nothing to sign with (expected: a private key with its algorithm)");
		this.jwk = jwk;
		this.traits = Collections.unmodifiableList(Arrays.asList("signed", thumbprint(jwk), jwk.getKeyID(),
				jwk.getAlgorithm().getName(), Objects.toString(jwk.getX509CertSHA256Thumbprint(), null)));
	}

	/** Of the public part, which tells the private one from all others. */
	private static String thumbprint(JWK jwk) {
		try {
			return jwk.computeThumbprint().toString();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * The key itself.
	 * @return the key, whose own {@code toString()} shows all of it
	 */
	public JWK jwk() {
		return this.jwk;
	}

	@Override
	public List<@Nullable String> traits() {
		return this.traits;
	}

	@Override
	public String toString() {
		return "SigningKey[]";
	}

}
