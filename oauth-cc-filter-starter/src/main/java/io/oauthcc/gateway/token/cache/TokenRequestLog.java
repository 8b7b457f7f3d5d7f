package io.oauthcc.gateway.token.cache;

import java.net.URI;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the operator about token requests that failed, once for each, and never about the
 * client that made them.
 */
final class TokenRequestLog {

	private static final Log logger = LogFactory.getLog(TokenRequestLog.class);

	private TokenRequestLog() {
	}

	static void failed(AccessTokenRequest request, AccessTokenException ex) {
		if (isFaultOfCaller(request, ex)) {
			logger.debug(describe(request, ex));
			return;
		}
		logger.warn(describe(request, ex));
	}

	/** A caller could else fill the log with credentials that do not exist. */
	private static boolean isFaultOfCaller(AccessTokenRequest request, AccessTokenException ex) {
		return request.credentials().isCaller() && (ex.getFailure() == AccessTokenFailure.CLIENT_REFUSED
				|| ex.getFailure() == AccessTokenFailure.GRANT_REFUSED);
	}

	private static String describe(AccessTokenRequest request, AccessTokenException ex) {
		URI uri = request.grant().tokenUri();
		// Without the query, which may hold a secret.
		return "No token for %s from %s://%s%s: %s, %s".formatted(request.grant().name(), uri.getScheme(),
				uri.getAuthority(), uri.getPath(), ex.getFailure(), ex.getMessage());
	}

}
