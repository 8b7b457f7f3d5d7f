package io.oauthcc.gateway.token;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import org.jspecify.annotations.Nullable;

/**
 * A key that tokens are bound to, and that proves it: EC on the curve P-256, for
 * {@code ES256}.
 * <p>
 * Safe for use by many threads. Equal to another with the same public key.
 * {@link #toString()} shows no more than the thumbprint of that.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-4">RFC 9449, section 4</a>
 */
public final class DpopKey {

	private static final DpopTarget SAMPLE = new DpopTarget("GET", URI.create("https://gateway.example/"),
			"https://gateway.example");

	private static final int JTI_BYTES = 16;

	private final DefaultDPoPProofFactory proofs;

	private final SecureRandom random;

	private final String thumbprint;

	/**
	 * Use a key. Makes a proof and verifies it, so that a key which does not fit together
	 * is noticed, and whatever is loaded for the first proof is there.
	 * @param key the key, with its private part
	 * @throws IllegalArgumentException if no proof can be made with it
	 */
	public DpopKey(ECKey key) {
		try {
			// Nothing but the key itself is to stand in a proof.
			ECKey bare = new ECKey.Builder(Curve.P_256, key.toECPublicKey()).privateKey(key.toECPrivateKey()).build();
			// Seeded here once for all: the system's own would read a device for each
			// proof.
			this.random = SecureRandom.getInstance("DRBG");
			this.random.nextBytes(new byte[JTI_BYTES]);
			this.proofs = new DefaultDPoPProofFactory(bare, JWSAlgorithm.ES256);
			this.proofs.getJWSSigner().getJCAContext().setSecureRandom(this.random);
			this.thumbprint = bare.computeThumbprint().toString();
			SignedJWT sample = sign(SAMPLE,
					new AccessToken("sample", null, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH), "sample",
					Instant.EPOCH);
			if (!sample.verify(new ECDSAVerifier(bare.toECPublicKey()))) {
				throw new IllegalArgumentException("The private part does not belong to the public one");
			}
		}
		catch (JOSEException | GeneralSecurityException | IllegalStateException ex) {
			throw new IllegalArgumentException("No key on the curve P-256", ex);
		}
	}

	/**
	 * Make a new key.
	 * @return a key that no other gateway has
	 */
	public static DpopKey generate() {
		try {
			return new DpopKey(new ECKeyGenerator(Curve.P_256).generate());
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("Every Java platform has EC keys", ex);
		}
	}

	/**
	 * What tells the key from others.
	 * @return the SHA-256 thumbprint of its public part (RFC 7638), as it stands in
	 * {@code cnf.jkt}
	 */
	public String thumbprint() {
		return this.thumbprint;
	}

	/**
	 * Make the proof for one request; of each another {@code jti}.
	 * @param target the request
	 * @param token the token that goes with it, or {@code null} if there is none yet
	 * @param nonce the nonce that is asked for, or {@code null} if none is
	 * @param issuedAt the time now
	 * @return the proof, a JWT
	 */
	public String prove(DpopTarget target, @Nullable AccessToken token, @Nullable String nonce, Instant issuedAt) {
		try {
			return sign(target, token, nonce, issuedAt).serialize();
		}
		catch (JOSEException ex) {
			// Its message may be of another library, which quotes what it likes.
			throw new IllegalStateException("No proof can be made (%s)".formatted(ex.getClass().getSimpleName()));
		}
	}

	private SignedJWT sign(DpopTarget target, @Nullable AccessToken token, @Nullable String nonce, Instant issuedAt)
			throws JOSEException {
		byte[] id = new byte[JTI_BYTES];
		this.random.nextBytes(id);
		return this.proofs.createDPoPJWT(new JWTID(Base64URL.encode(id).toString()), target.method(), target.uri(),
				Date.from(issuedAt), (token != null) ? new DPoPAccessToken(token.value()) : null,
				(nonce != null) ? new Nonce(nonce) : null);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof DpopKey key && key.thumbprint.equals(this.thumbprint);
	}

	@Override
	public int hashCode() {
		return this.thumbprint.hashCode();
	}

	@Override
	public String toString() {
		return "DpopKey[" + this.thumbprint + "]";
	}

}
