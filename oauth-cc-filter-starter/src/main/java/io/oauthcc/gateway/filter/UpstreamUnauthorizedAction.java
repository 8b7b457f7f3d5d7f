package io.oauthcc.gateway.filter;

/**
 * What the gateway does when a service refuses the token with 401.
 */
public enum UpstreamUnauthorizedAction {

	/**
	 * Nothing: the answer goes to the caller and the token stays in use.
	 */
	OFF,

	/**
	 * The answer goes to the caller; the token is not used again.
	 */
	EVICT,

	/**
	 * The token is not used again, and the request is sent once more with another.
	 */
	RETRY

}
