package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the operator why tokens of one middleware are of no use, each reason once a
 * minute. There are as many reasons as an expression has parts, so callers cannot grow
 * them.
 */
final class ClaimsLog {

	private static final Log logger = LogFactory.getLog(ClaimsLog.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final String name;

	private final boolean isSecret;

	private final Clock clock;

	private final Map<String, Long> told = new ConcurrentHashMap<>();

	/**
	 * Create a log.
	 * @param name the name of the middleware
	 * @param isSecret whether the expression is one, of which nothing is told
	 * @param clock tells when a reason is told again
	 */
	ClaimsLog(String name, boolean isSecret, Clock clock) {
		this.name = name;
		this.isSecret = isSecret;
		this.clock = clock;
	}

	void rejected(ClaimsVerdict.Rejected verdict) {
		if (isNews(verdict.failingPart())) {
			logger.info("%s: 403, the claims of a token do not hold: %s (told once a minute)".formatted(this.name,
					this.isSecret ? "(from a secret)" : verdict.failingPart()));
		}
	}

	void unreadable(ClaimsVerdict.Unreadable verdict) {
		if (isNews(verdict.reason())) {
			logger.warn(
					"%s: 502, 'claims', 'forwardHeaders' or 'usernameClaim' cannot be had of a token: %s (told once a minute)"
						.formatted(this.name, verdict.reason()));
		}
	}

	private boolean isNews(String reason) {
		long now = this.clock.millis();
		Long before = this.told.get(reason);
		if (before != null && now - before < PAUSE.toMillis()) {
			return false;
		}
		return (before != null) ? this.told.replace(reason, before, now) : this.told.putIfAbsent(reason, now) == null;
	}

}
