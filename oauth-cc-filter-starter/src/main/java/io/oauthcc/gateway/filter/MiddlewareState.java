package io.oauthcc.gateway.filter;

/**
 * A middleware as it is now: it works, or lacks something.
 */
sealed interface MiddlewareState permits Middleware, MissingSecrets {

	boolean isApplicationLevel();

	/** The secrets that its options refer to. */
	ReferencedSecrets secrets();

}
