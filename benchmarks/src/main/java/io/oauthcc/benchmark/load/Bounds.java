package io.oauthcc.benchmark.load;

import java.time.Duration;

/**
 * What a scenario must hold to: no call fails, no token is wrong, and no more token
 * requests than needed.
 *
 * @param tokenRequests how many at most
 * @param waiting whether calls may wait for a token
 */
record Bounds(long tokenRequests, boolean waiting) {

	static Bounds of(long tokenRequests) {
		return new Bounds(tokenRequests, true);
	}

	/** Renewed from 75 % of its usable life on, each token costs one request. */
	static Bounds rolling(Duration time, Duration lifetime, int tokens) {
		double usable = lifetime.toMillis() * 0.9;
		return new Bounds(tokens * (long) Math.ceil(1 + time.toMillis() / (0.75 * usable)), false);
	}

	void check(String scenario, Outcome outcome, Report report) {
		report.check(outcome.tally().failures() == 0, "%s: failed %s".formatted(scenario, outcome.tally().outcomes()));
		report.check(outcome.wrongTokens() == 0, "%s: %d wrong tokens".formatted(scenario, outcome.wrongTokens()));
		report.check(outcome.tokenRequests() <= this.tokenRequests, "%s: %d token requests, not at most %d"
			.formatted(scenario, outcome.tokenRequests(), this.tokenRequests));
		report.check(this.waiting || outcome.waited() == 0,
				"%s: %d calls waited for a token".formatted(scenario, outcome.waited()));
	}

}
