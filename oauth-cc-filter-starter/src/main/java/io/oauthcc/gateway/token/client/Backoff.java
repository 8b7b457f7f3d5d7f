package io.oauthcc.gateway.token.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.oauthcc.gateway.token.AccessTokenException;
import org.jspecify.annotations.Nullable;

/**
 * The waits between attempts: each up to twice as long as the one before, jittered, and
 * never shorter than the token endpoint asks for.
 */
final class Backoff {

	private static final long FIRST = 100;

	private static final long LONGEST = 2000;

	private static final int MOST_DOUBLINGS = 5;

	private Backoff() {
	}

	/**
	 * The wait before another attempt.
	 * @param retries how many there were already
	 * @param failure how the last attempt failed
	 * @return the wait, or {@code null} if another attempt would fare no better
	 */
	static @Nullable Duration before(int retries, AccessTokenException failure) {
		Duration asked = failure.getRetryAfter();
		return switch (failure.getFailure()) {
			case UNREACHABLE, UNAVAILABLE, TIMEOUT -> later(jittered(retries), asked);
			// Without a word on when, the next request makes it only busier.
			case BUSY -> (asked != null) ? later(jittered(retries), asked) : null;
			case UNTRUSTED, CLIENT_REFUSED, GRANT_REFUSED, REQUEST_REJECTED, SERVER_ERROR, BAD_ANSWER, UNVERIFIED,
					UNVERIFIABLE, NOT_ASKED, TOO_MANY_ATTEMPTS ->
				null;
		};
	}

	/** Whoever was told the same does not come back at the same moment. */
	private static Duration later(Duration wait, @Nullable Duration asked) {
		return (asked != null) ? asked.plus(wait) : wait;
	}

	private static Duration jittered(int retries) {
		long wait = Math.min(FIRST << Math.min(retries, MOST_DOUBLINGS), LONGEST);
		return Duration.ofMillis(wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
	}

}
