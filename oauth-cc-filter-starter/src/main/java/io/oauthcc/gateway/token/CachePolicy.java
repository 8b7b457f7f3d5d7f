package io.oauthcc.gateway.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * For how long a token, or the refusal of one, is kept and used.
 *
 * @param skew the time before its expiry from which a token is no longer used, at most a
 * tenth of its lifetime
 * @param defaultLifetime the lifetime of a token that tells none
 * @param maximumLifetime the lifetime that no token exceeds, whatever it tells
 * @param refreshAhead whether a token in use is renewed before it is no longer usable
 * @param minTokenAge the age from which a token that a service refuses is dropped
 * @param refusalTtl for how long a refusal of the token endpoint is remembered
 */
public record CachePolicy(Duration skew, Duration defaultLifetime, Duration maximumLifetime, boolean refreshAhead,
		Duration minTokenAge, Duration refusalTtl) {

	/**
	 * The token of a response, with the times that follow from this policy. The lifetime
	 * is {@code expires_in}, else what the {@code exp} claim leaves of a JWT, else the
	 * default.
	 * @param response the response of the token endpoint
	 * @param requestedAt the time at which the request was sent, from which the lifetime
	 * counts
	 * @return the token; one whose lifetime is not positive is usable at no time
	 */
	public AccessToken accept(AccessTokenResponse response, Instant requestedAt) {
		Duration lifetime = lifetimeOf(response, requestedAt);
		Instant expiresAt = requestedAt.plus(lifetime);
		return new AccessToken(response.value(), response.scopes(), requestedAt, expiresAt,
				expiresAt.minus(skewOf(lifetime)));
	}

	/**
	 * A token whose times are known, as this policy uses it.
	 * @param value the token itself
	 * @param scopes what the response said was granted, or {@code null}
	 * @param issuedAt the start of its lifetime
	 * @param expiresAt the end of its lifetime
	 * @return the token
	 */
	public AccessToken accept(String value, @Nullable Set<String> scopes, Instant issuedAt, Instant expiresAt) {
		return new AccessToken(value, scopes, issuedAt, expiresAt,
				expiresAt.minus(skewOf(Duration.between(issuedAt, expiresAt))));
	}

	/**
	 * A token that must not be used after its own end, whatever the response said.
	 * @param token a token, a JWT
	 * @return the token, or the same with an earlier end
	 */
	public AccessToken untilItsEnd(AccessToken token) {
		Instant expiry = JwtExpiry.of(token.value());
		return (expiry == null || !expiry.isBefore(token.expiresAt())) ? token
				: accept(token.value(), token.scopes(), token.issuedAt(), expiry).ofType(token.type());
	}

	private Duration lifetimeOf(AccessTokenResponse response, Instant requestedAt) {
		Duration lifetime = told(response, requestedAt);
		if (lifetime.isNegative()) {
			return Duration.ZERO;
		}
		return (lifetime.compareTo(this.maximumLifetime) < 0) ? lifetime : this.maximumLifetime;
	}

	private Duration told(AccessTokenResponse response, Instant requestedAt) {
		Duration expiresIn = response.expiresIn();
		if (expiresIn != null) {
			return expiresIn;
		}
		@Nullable Instant expiry = JwtExpiry.of(response.value());
		return (expiry != null) ? Duration.between(requestedAt, expiry) : this.defaultLifetime;
	}

	private Duration skewOf(Duration lifetime) {
		Duration tenth = lifetime.dividedBy(10);
		return (this.skew.compareTo(tenth) < 0) ? this.skew : tenth;
	}

}
