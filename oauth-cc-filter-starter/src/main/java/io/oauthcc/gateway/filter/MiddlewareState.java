package io.oauthcc.gateway.filter;

import java.util.Set;

import io.oauthcc.gateway.secret.SecretName;

/**
 * A middleware as it is now: it works, or lacks something.
 */
sealed interface MiddlewareState permits Middleware, MissingSecrets {

	boolean isApplicationLevel();

	/** The secrets that its options refer to. */
	Set<SecretName> secrets();

}
