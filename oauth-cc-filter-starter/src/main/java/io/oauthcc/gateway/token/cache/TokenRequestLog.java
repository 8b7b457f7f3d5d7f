package io.oauthcc.gateway.token.cache;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the operator about token requests that failed, and never about the client that
 * made them. Warns of the same failure of the same grant once in a while: callers could
 * else fill the log.
 */
final class TokenRequestLog {

	private static final Log logger = LogFactory.getLog(TokenRequestLog.class);

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private static final int MAXIMUM_KINDS = 1000;

	private final Cache<Kind, Boolean> warned;

	TokenRequestLog(Clock clock) {
		this.warned = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_KINDS)
			.expireAfterWrite(PAUSE)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.executor(Runnable::run)
			.build();
	}

	void failed(AccessTokenRequest request, AccessTokenException ex) {
		if (isFaultOfCaller(request, ex) || !isNew(new Kind(request.grant().name(), ex.getFailure()))) {
			if (logger.isDebugEnabled()) {
				logger.debug(describe(request, ex));
			}
			return;
		}
		logger.warn(describe(request, ex) + " (more of the same at DEBUG for %d seconds)".formatted(PAUSE.toSeconds()));
	}

	private boolean isNew(Kind kind) {
		return this.warned.asMap().putIfAbsent(kind, Boolean.TRUE) == null;
	}

	/** What a caller does wrong is no news for an operator at all. */
	static boolean isFaultOfCaller(AccessTokenRequest request, AccessTokenException ex) {
		return request.credentials().isCaller() && ex.getFailure().isRefusal();
	}

	private static String describe(AccessTokenRequest request, AccessTokenException ex) {
		URI uri = request.grant().tokenEndpoint().uri();
		// Without the query, which may hold a secret.
		return "No token for %s from %s://%s%s: %s, %s".formatted(request.grant().name(), uri.getScheme(),
				uri.getAuthority(), uri.getPath(), ex.getFailure(), ex.getMessage());
	}

	private record Kind(String grant, AccessTokenFailure failure) {

	}

}
