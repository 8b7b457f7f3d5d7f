package io.oauthcc.gateway.token;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether {@link Standing#NEWCOMER newcomers} may ask a token endpoint. It is
 * asked for nothing else: not where there is a token, and not for credentials that were
 * accepted before.
 */
@FunctionalInterface
public interface Admission {

	/**
	 * Turns nobody away.
	 */
	Admission FREE = () -> null;

	/**
	 * Why the token endpoint is not to be asked now.
	 * @return the reason, or {@code null} if it may be asked
	 */
	@Nullable AccessTokenException refusal();

}
