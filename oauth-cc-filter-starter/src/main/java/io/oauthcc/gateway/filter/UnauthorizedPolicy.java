package io.oauthcc.gateway.filter;

/**
 * What follows when a service answers 401.
 *
 * @param action what becomes of the token and the request
 * @param anyChallenge whether any 401 means the token, not only one that says so
 * @param replayBodyLimit the length of a body, in bytes, up to which a request is
 * replayed
 */
record UnauthorizedPolicy(UpstreamUnauthorizedAction action, boolean anyChallenge, long replayBodyLimit) {

	boolean isRetry() {
		return this.action == UpstreamUnauthorizedAction.RETRY;
	}

	boolean isOff() {
		return this.action == UpstreamUnauthorizedAction.OFF;
	}

}
