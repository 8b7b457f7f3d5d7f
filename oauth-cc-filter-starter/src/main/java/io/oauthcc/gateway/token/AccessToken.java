package io.oauthcc.gateway.token;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

/**
 * An access token of type {@code Bearer} (RFC 6750), or {@code DPoP} if it is bound to a
 * key (RFC 9449), and the times that bound its use.
 * <p>
 * Immutable. Equal by identity only, and {@link #toString()} does not show the token.
 */
public final class AccessToken {

	/** Settings that change under a token leave behind what was made for them. */
	private static final int MOST_DERIVED = 64;

	private final TokenType type;

	private final String authorization;

	private final @Nullable Set<String> scopes;

	private final Instant issuedAt;

	private final Instant expiresAt;

	private final Instant usableUntil;

	private final long usableUntilMillis;

	private final Map<Object, Object> derived = new ConcurrentHashMap<>(1);

	/**
	 * Create a token of type {@code Bearer}.
	 * @param value the token itself
	 * @param scopes the scopes that the response named, or {@code null} if it named none,
	 * which means those that were asked for (RFC 6749, section 5.1)
	 * @param issuedAt the time at which the token was asked for
	 * @param expiresAt the time from which the token is expired
	 * @param usableUntil the time from which the token is no longer used
	 */
	public AccessToken(String value, @Nullable Set<String> scopes, Instant issuedAt, Instant expiresAt,
			Instant usableUntil) {
		this(TokenType.BEARER, value, scopes, issuedAt, expiresAt, usableUntil);
	}

	private AccessToken(TokenType type, String value, @Nullable Set<String> scopes, Instant issuedAt, Instant expiresAt,
			Instant usableUntil) {
		this.type = type;
		this.authorization = type.getValue() + " " + value;
		this.scopes = (scopes != null) ? Set.copyOf(scopes) : null;
		this.issuedAt = issuedAt;
		this.expiresAt = expiresAt;
		this.usableUntil = usableUntil;
		this.usableUntilMillis = usableUntil.toEpochMilli();
	}

	/**
	 * The same token, as one of the type that was asked for.
	 * @param type the type
	 * @return the token
	 */
	public AccessToken ofType(TokenType type) {
		return type.equals(this.type) ? this
				: new AccessToken(type, value(), this.scopes, this.issuedAt, this.expiresAt, this.usableUntil);
	}

	/**
	 * How the token is shown to a service.
	 * @return the type
	 */
	public TokenType type() {
		return this.type;
	}

	/**
	 * The token itself.
	 * @return the value of {@code access_token}
	 */
	public String value() {
		return this.authorization.substring(this.type.getValue().length() + 1);
	}

	/**
	 * The token as the value of an {@code Authorization} header.
	 * @return its type, a space, the token
	 */
	public String authorization() {
		return this.authorization;
	}

	/**
	 * The scopes that the token endpoint granted.
	 * @return the scopes, or {@code null} if the response did not name them
	 */
	public @Nullable Set<String> scopes() {
		return this.scopes;
	}

	/**
	 * The time at which the token was asked for.
	 * @return the start of its lifetime
	 */
	public Instant issuedAt() {
		return this.issuedAt;
	}

	/**
	 * The time from which the token is expired.
	 * @return the end of its lifetime
	 */
	public Instant expiresAt() {
		return this.expiresAt;
	}

	/**
	 * The time from which the token is no longer used.
	 * @return the expiry less the skew
	 */
	public Instant usableUntil() {
		return this.usableUntil;
	}

	/**
	 * Whether the token may be used.
	 * @param epochMillis the time to judge it at, in milliseconds since the epoch
	 * @return {@code true} before {@link #usableUntil()}
	 */
	public boolean isUsableAt(long epochMillis) {
		return epochMillis < this.usableUntilMillis;
	}

	/**
	 * What is made of the token and worth keeping as long as the token itself, in this
	 * process. Made once, but for callers that ask at the same moment.
	 * @param <T> the type of it
	 * @param key tells it from others; equal for what is made in the same way
	 * @param derivation makes it
	 * @return what is made
	 */
	@SuppressWarnings("unchecked")
	public <T> T derived(Object key, Function<? super AccessToken, ? extends T> derivation) {
		T known = (T) this.derived.get(key);
		if (known != null) {
			return known;
		}
		T made = derivation.apply(this);
		if (this.derived.size() >= MOST_DERIVED) {
			this.derived.clear();
		}
		this.derived.put(key, made);
		return made;
	}

	@Override
	public String toString() {
		return "AccessToken[issuedAt=" + this.issuedAt + ", expiresAt=" + this.expiresAt + "]";
	}

}
