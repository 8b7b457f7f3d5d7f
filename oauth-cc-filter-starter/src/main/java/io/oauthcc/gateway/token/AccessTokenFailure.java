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
	 * The token endpoint rejects the request itself, with any other 4xx.
	 */
	REQUEST_REJECTED,

	/**
	 * The token endpoint cannot be reached, or the connection breaks.
	 */
	UNREACHABLE,

	/**
	 * The token endpoint, or the gateway, does not trust the other one's certificate, or
	 * they have no way of TLS in common.
	 */
	UNTRUSTED,

	/**
	 * The token endpoint, or what stands before it, is out of service for now: 502, 503
	 * or 504, or an answer that breaks off.
	 */
	UNAVAILABLE,

	/**
	 * The token endpoint answers 429.
	 */
	BUSY,

	/**
	 * The token endpoint did not answer in time.
	 */
	TIMEOUT,

	/**
	 * The token endpoint answered with an error of its own.
	 */
	SERVER_ERROR,

	/**
	 * The token endpoint answered with something that is no token response.
	 */
	BAD_ANSWER,

	/**
	 * The token endpoint issued a token that does not pass the verification which the
	 * grant asks for.
	 */
	UNVERIFIED,

	/**
	 * The token endpoint issued a token that cannot be verified now, since the keys for
	 * that cannot be had.
	 */
	UNVERIFIABLE,

	/**
	 * The token endpoint was not asked: it failed too often, wants to be left alone for a
	 * while, or too many requests to it are under way.
	 */
	NOT_ASKED,

	/**
	 * The token endpoint was not asked: too many credentials of the same origin were
	 * refused.
	 */
	TOO_MANY_ATTEMPTS;

	/**
	 * Whether the token endpoint refused what was asked, and would again.
	 * @return {@code true} if it refused the client or the grant
	 */
	public boolean isRefusal() {
		return this == CLIENT_REFUSED || this == GRANT_REFUSED;
	}

	/**
	 * Whether the same request would very likely end in the same way, so that it is
	 * better not sent for a moment.
	 * @return {@code true} for a refusal, for a token that is not used, and for a lack of
	 * trust
	 */
	public boolean isLasting() {
		return isRefusal() || this == UNTRUSTED || this == UNVERIFIED || this == UNVERIFIABLE;
	}

	/**
	 * Whether the token endpoint does not work. One that answers does, though a client
	 * may not be able to use what it gets.
	 * @return {@code true} if it was out of reach, out of service, late, or in error
	 */
	public boolean isFault() {
		return this == UNREACHABLE || this == UNAVAILABLE || this == TIMEOUT || this == SERVER_ERROR;
	}

}
