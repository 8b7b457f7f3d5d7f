package io.oauthcc.gateway.token;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * Makes {@link AccessTokenRequest token requests}, each with its {@link TokenKey}: an
 * HMAC-SHA-256, under a key that is random for each instance, over every input that
 * shapes the token or the trust in it, each preceded by its length. Tokens are shared
 * only where all inputs are equal.
 * <p>
 * Safe for use by many threads.
 */
public final class TokenKeyGenerator {

	private static final String ALGORITHM = "HmacSHA256";

	private final SecretKeySpec secret;

	/**
	 * Create a generator with a new random key.
	 */
	public TokenKeyGenerator() {
		byte[] random = new byte[32];
		new SecureRandom().nextBytes(random);
		this.secret = new SecretKeySpec(random, ALGORITHM);
	}

	/**
	 * Create a generator whose keys are those of every other with the same secret.
	 * @param secret the secret, of 32 bytes
	 */
	public TokenKeyGenerator(byte[] secret) {
		this.secret = new SecretKeySpec(secret, ALGORITHM);
	}

	/**
	 * Prepare the requests of one grant, so that each costs one digest over the
	 * credentials alone.
	 * @param grant the grant that the requests are for
	 * @return the requests of that grant
	 */
	public AccessTokenRequests requestsOf(ClientCredentialsGrant grant) {
		byte[] digest = macOver(grant).doFinal();
		byte[] derived = new Input(newMac(this.secret)).add("requests of").add(digest).mac().doFinal();
		return new Requests(grant, new SecretKeySpec(derived, ALGORITHM), TokenKey.of(digest));
	}

	/**
	 * A key over any texts, for what is remembered beside the tokens.
	 * @param texts what the key stands for
	 * @return the key, equal for equal texts in the same order
	 */
	public TokenKey keyOf(String... texts) {
		return TokenKey.of(new Input(newMac(this.secret)).add(List.of(texts)).mac().doFinal());
	}

	private static TokenKey keyOf(Mac mac, ClientCredentials credentials) {
		Input input = new Input(mac);
		credentials.addTo(input);
		// Configured credentials may be encoded on their way, a caller's never are.
		input.add(credentials.isCaller());
		AssertionSource assertions = credentials.assertions();
		return TokenKey.of(((assertions != null) ? input.add(assertions.traits()) : input).mac().doFinal());
	}

	private Mac macOver(ClientCredentialsGrant grant) {
		CachePolicy policy = grant.cachePolicy();
		return new Input(newMac(this.secret)).add(grant.tokenEndpoint().uri().toString())
			.add(Boolean.toString(grant.tokenEndpoint() instanceof TokenEndpointLocation.Discovered))
			.add(grant.clientAuthentication().name())
			.add(grant.assertionAudience())
			.add(Boolean.toString(grant.encodeCredentials()))
			.add(grant.scopes())
			.add(grant.audience())
			.add(grant.resources())
			.add(grant.parameters())
			.add(grant.headers())
			.add(Stream
				.of(policy.skew(), policy.defaultLifetime(), policy.maximumLifetime(), policy.minTokenAge(),
						policy.refusalTtl())
				.map(Duration::toString)
				.toList())
			.add(Boolean.toString(policy.refreshAhead()))
			.add(textsOf(grant.jwtVerification()))
			.add(grant.transport().texts())
			.add((grant.dpopKey() != null) ? grant.dpopKey().thumbprint() : null)
			// They shape no token, but whoever waits for one waits as long as these say.
			.add(grant.limits().toString())
			.mac();
	}

	/** What one has not verified, another verifies before it uses it. */
	private static List<String> textsOf(@Nullable JwtVerification verification) {
		if (verification == null) {
			return List.of();
		}
		return Stream
			.concat(Stream.of(Objects.toString(verification.jwkSetUri(), ""),
					Objects.toString(verification.issuer(), ""), verification.clockSkew().toString()),
					verification.audiences().stream())
			.toList();
	}

	private static Mac newMac(SecretKeySpec secret) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(secret);
			return mac;
		}
		catch (NoSuchAlgorithmException | InvalidKeyException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

	/**
	 * Derives the keys under a key of the grant, so that nothing of the grant is digested
	 * again.
	 */
	private static final class Requests implements AccessTokenRequests {

		private final ClientCredentialsGrant grant;

		private final SecretKeySpec secret;

		private final TokenKey family;

		/** One at rest, for whoever comes next; whoever finds none makes another. */
		private final AtomicReference<@Nullable Mac> spare = new AtomicReference<>();

		private Requests(ClientCredentialsGrant grant, SecretKeySpec secret, TokenKey family) {
			this.grant = grant;
			this.secret = secret;
			this.family = family;
		}

		@Override
		public TokenKey family() {
			return this.family;
		}

		@Override
		public AccessTokenRequest with(ClientCredentials credentials) {
			Mac atRest = this.spare.getAndSet(null);
			Mac mac = (atRest != null) ? atRest : newMac(this.secret);
			TokenKey key = keyOf(mac, credentials);
			this.spare.set(mac);
			return new AccessTokenRequest(this.grant, credentials, key, this.family);
		}

	}

	/**
	 * Feeds a digest so that no two lists of inputs look alike.
	 */
	record Input(Mac mac) {

		Input add(byte[] bytes) {
			return add(bytes, 0, bytes.length);
		}

		Input add(byte[] bytes, int from, int to) {
			addLength(to - from);
			this.mac.update(bytes, from, to - from);
			return this;
		}

		Input add(boolean choice) {
			this.mac.update((byte) (choice ? 1 : 0));
			return this;
		}

		Input add(@Nullable String text) {
			if (text == null) {
				addLength(-1);
				return this;
			}
			return add(text.getBytes(StandardCharsets.UTF_8));
		}

		Input add(Collection<? extends @Nullable String> texts) {
			addLength(texts.size());
			texts.forEach(this::add);
			return this;
		}

		Input add(Map<String, String> entries) {
			addLength(entries.size());
			new TreeMap<>(entries).forEach((name, value) -> add(name).add(value));
			return this;
		}

		private void addLength(int length) {
			this.mac.update((byte) (length >> 24));
			this.mac.update((byte) (length >> 16));
			this.mac.update((byte) (length >> 8));
			this.mac.update((byte) length);
		}

	}

}
