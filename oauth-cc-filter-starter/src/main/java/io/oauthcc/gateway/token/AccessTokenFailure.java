package io.oauthcc.gateway.token;

/**
 * Why there is no token.
 */
public enum AccessTokenFailure {

	/**
	 * The token endpoint does not know the client or refuses its secret: HTTP 401, or
	 * {@code invalid_client}.
	 */
	CLIENT_REFUSED,

	/**
	 * The client is known but is not granted what it asks for:
	 * {@code unauthorized_client}, {@code invalid_scope}, {@code invalid_target} or
	 * {@code access_denied}.
	 */
	GRANT_REFUSED,

	/**
	 * The token endpoint cannot be reached.
	 */
	UNREACHABLE,

	/**
	 * The token endpoint answers 429, or too many requests already wait for it.
	 */
	BUSY,

	/**
	 * The token endpoint did not answer in time.
	 */
	TIMEOUT,

	/**
	 * The token endpoint answered with an error of its own, or with something that is no
	 * token response.
	 */
	BAD_ANSWER;

	/**
	 * Whether the token endpoint refused what was asked, and would again.
	 * @return {@code true} if it refused the client or the grant
	 */
	public boolean isRefusal() {
		return this == CLIENT_REFUSED || this == GRANT_REFUSED;
	}

}
