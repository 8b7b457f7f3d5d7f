package io.oauthcc.gateway.token;

import java.time.Clock;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Makes proofs of possession, each with the last nonce that its origin named.
 * <p>
 * Safe for use by many threads; never blocks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9449">RFC 9449</a>
 */
public final class DpopProofs {

	/** The header of a request that has its proof. */
	public static final String HEADER = "DPoP";

	/** The header of an answer that has the nonce for the next proof. */
	public static final String NONCE_HEADER = "DPoP-Nonce";

	private static final int MOST_ORIGINS = 1000;

	/** RFC 9449, section 8.1; of a length that a header has room for. */
	private static final Pattern NONCE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,1024}");

	private final Clock clock;

	private final Cache<String, String> nonces = Caffeine.newBuilder()
		.maximumSize(MOST_ORIGINS)
		.executor(Runnable::run)
		.build();

	/**
	 * Create without any nonce.
	 * @param clock tells when a proof is made
	 */
	public DpopProofs(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Make the proof for one request.
	 * @param key the key that is proved
	 * @param target the request
	 * @param token the token that goes with it, or {@code null} if there is none yet
	 * @return the value of the header {@value #HEADER}
	 */
	public String of(DpopKey key, DpopTarget target, @Nullable AccessToken token) {
		return key.prove(target, token, this.nonces.getIfPresent(target.origin()), this.clock.instant());
	}

	/**
	 * Keep the nonce that an answer names, if it names one.
	 * @param target the request that was answered
	 * @param answer the headers of the answer
	 */
	public void learn(DpopTarget target, HttpHeaders answer) {
		String nonce = answer.getFirst(NONCE_HEADER);
		if (nonce != null && !nonce.equals(this.nonces.getIfPresent(target.origin()))
				&& NONCE.matcher(nonce).matches()) {
			this.nonces.put(target.origin(), nonce);
		}
	}

	/**
	 * Whether an origin ever named a nonce.
	 * @param target a request to that origin
	 * @return {@code true} if the next proof has one
	 */
	public boolean hasNonce(DpopTarget target) {
		return this.nonces.getIfPresent(target.origin()) != null;
	}

}
