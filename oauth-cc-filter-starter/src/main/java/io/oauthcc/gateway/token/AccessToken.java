package io.oauthcc.gateway.token;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * An access token of type {@code Bearer} (RFC 6750) and the times that bound its use.
 * <p>
 * Immutable. Equal by identity only, and {@link #toString()} does not show the token.
 */
public final class AccessToken {

	private final String authorization;

	private final @Nullable Set<String> scopes;

	private final Instant issuedAt;

	private final Instant expiresAt;

	private final Instant usableUntil;

	private final long usableUntilMillis;

	/**
	 * Create a token.
	 * @param value the token itself
	 * @param scopes the scopes that the response named, or {@code null} if it named none,
	 * which means those that were asked for (RFC 6749, section 5.1)
	 * @param issuedAt the time at which the token was asked for
	 * @param expiresAt the time from which the token is expired
	 * @param usableUntil the time from which the token is no longer used
	 */
	public AccessToken(String value, @Nullable Set<String> scopes, Instant issuedAt, Instant expiresAt,
			Instant usableUntil) {
		this.authorization = "Bearer " + value;
		this.scopes = (scopes != null) ? Set.copyOf(scopes) : null;
		this.issuedAt = issuedAt;
		this.expiresAt = expiresAt;
		this.usableUntil = usableUntil;
		this.usableUntilMillis = usableUntil.toEpochMilli();
	}

	/**
	 * The token itself.
	 * @return the value of {@code access_token}
	 */
	public String value() {
		return this.authorization.substring("Bearer ".length());
	}

	/**
	 * The token as the value of an {@code Authorization} header.
	 * @return {@code Bearer}, a space, the token
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

	@Override
	public String toString() {
		return "AccessToken[issuedAt=" + this.issuedAt + ", expiresAt=" + this.expiresAt + "]";
	}

}
