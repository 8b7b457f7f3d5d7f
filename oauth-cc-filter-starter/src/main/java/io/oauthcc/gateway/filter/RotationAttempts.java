package io.oauthcc.gateway.filter;

import java.time.Duration;

/**
 * When credentials that were refused are tried again: soon, since the token endpoint may
 * hear of them at any time, and less and less often, since it may lock a client that is
 * refused too often. Safe for use by many threads.
 */
final class RotationAttempts {

	private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

	private long last = Long.MIN_VALUE;

	private long wait;

	/**
	 * Whether it is time for an attempt, while other credentials still serve.
	 * @param now the time, in milliseconds
	 * @return {@code true} for one of those who ask at that time, whose attempt it is
	 */
	synchronized boolean isDue(long now) {
		if (this.last != Long.MIN_VALUE && now < this.last + this.wait) {
			return false;
		}
		this.last = now;
		this.wait = Math.min(Math.max(2 * this.wait, FIRST_WAIT.toMillis()), LONGEST_WAIT.toMillis());
		return true;
	}

	/** The same when the others are refused as well, which speaks for the new ones. */
	synchronized boolean isDueAtLast(long now) {
		if (this.last != Long.MIN_VALUE && now < this.last + FIRST_WAIT.toMillis()) {
			return false;
		}
		this.last = now;
		return true;
	}

}
