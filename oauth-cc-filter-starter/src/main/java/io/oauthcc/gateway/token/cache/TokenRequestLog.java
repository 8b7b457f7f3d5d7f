package io.oauthcc.gateway.token.cache;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;

import io.oauthcc.gateway.observation.Repetitions;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the operator about token requests that failed, and never about the client that
 * made them. Warns of the same failure of the same grant once in a while: callers could
 * else fill the log.
 */
final class TokenRequestLog {

	private static final Logger logger = LoggerFactory.getLogger(TokenRequestLog.class);

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private final Repetitions<Kind> repetitions;

	TokenRequestLog(Clock clock) {
		this.repetitions = new Repetitions<>(clock, PAUSE);
	}

	void failed(AccessTokenRequest request, AccessTokenException ex) {
		OptionalLong untold = isFaultOfCaller(request, ex) ? OptionalLong.empty()
				: this.repetitions.tell(new Kind(request.grant().name(), ex.getFailure()));
		if (untold.isPresent()) {
			event(logger.atWarn(), request, ex).addKeyValue("untold", untold.getAsLong())
				.log("{}{} (more of the same at DEBUG for {} seconds)", describe(request, ex),
						(untold.getAsLong() > 0) ? ", %d more like it before".formatted(untold.getAsLong()) : "",
						PAUSE.toSeconds());
			return;
		}
		if (logger.isDebugEnabled()) {
			event(logger.atDebug(), request, ex).log(describe(request, ex));
		}
	}

	private static LoggingEventBuilder event(LoggingEventBuilder event, AccessTokenRequest request,
			AccessTokenException ex) {
		return event.addKeyValue("middleware", request.grant().name())
			.addKeyValue("tokenEndpoint", request.grant().tokenEndpoint().hostAndPort())
			.addKeyValue("failure", ex.getFailure());
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
