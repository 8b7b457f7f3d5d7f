package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;

import io.oauthcc.gateway.observation.Repetitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator why tokens of one middleware are of no use, each reason once a
 * minute. There are as many reasons as an expression has parts, so callers cannot grow
 * them.
 */
final class ClaimsLog {

	private static final Logger logger = LoggerFactory.getLogger(ClaimsLog.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final String name;

	private final boolean isSecret;

	private final Repetitions<String> repetitions;

	/**
	 * Create a log.
	 * @param name the name of the middleware
	 * @param isSecret whether the expression is one, of which nothing is told
	 * @param clock tells when a reason is told again
	 */
	ClaimsLog(String name, boolean isSecret, Clock clock) {
		this.name = name;
		this.isSecret = isSecret;
		this.repetitions = new Repetitions<>(clock, PAUSE);
	}

	void rejected(ClaimsVerdict.Rejected verdict) {
		this.repetitions.tell(verdict.failingPart())
			.ifPresent((untold) -> logger.atInfo()
				.addKeyValue("middleware", this.name)
				.addKeyValue("untold", untold)
				.log("{}: 403, the claims of a token do not hold: {} (told once a minute{})", this.name,
						this.isSecret ? "(from a secret)" : verdict.failingPart(), before(untold)));
	}

	void unreadable(ClaimsVerdict.Unreadable verdict) {
		this.repetitions.tell(verdict.reason())
			.ifPresent((untold) -> logger.atWarn()
				.addKeyValue("middleware", this.name)
				.addKeyValue("untold", untold)
				.log("{}: 502, 'claims', 'forwardHeaders' or 'usernameClaim' cannot be had of a token: {} (told once a minute{})",
						this.name, verdict.reason(), before(untold)));
	}

	private static String before(long untold) {
		return (untold > 0) ? ", %d more like it before".formatted(untold) : "";
	}

}
