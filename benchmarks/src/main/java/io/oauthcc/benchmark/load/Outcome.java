package io.oauthcc.benchmark.load;

import java.time.Duration;

/**
 * What a scenario has come to.
 *
 * @param tally what became of the calls
 * @param tokenRequests what the token endpoint was asked meanwhile
 * @param wrongTokens requests that came to the service without a token, or with one of
 * another client, or one that had expired
 * @param waited calls that took longer than a token request alone
 */
record Outcome(Tally tally, long tokenRequests, long wrongTokens, long waited) {

	static Outcome of(Stage stage, Tally tally, long tokenRequestsBefore, Duration latency) {
		return new Outcome(tally, stage.tokens().requests() - tokenRequestsBefore,
				stage.service().wrong() + stage.service().expired(), tally.slowerThan(latency));
	}

}
