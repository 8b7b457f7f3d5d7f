package io.oauthcc.benchmark.load;

import java.time.Duration;

/**
 * Tokens that live for seconds only, at a token endpoint that takes its time, under a
 * steady load: whether callers notice when a token is replaced.
 *
 * @param time for how long
 * @param perSecond calls a second
 * @param clients how many clients call at application level, or 0 for the gateway's own
 * token
 * @param latency how long a token request takes
 * @param lifetime how long a token lives
 */
record RollOver(Duration time, int perSecond, int clients, Duration latency, Duration lifetime) {

	private static final Duration WARM_UP = Duration.ofSeconds(10);

	Outcome run(String command) {
		try (Stage stage = Stage.start(command, this.latency, this.lifetime)) {
			String path = (this.clients == 0) ? "/gateway/1" : "/application/1";
			int kinds = Math.max(1, this.clients);
			SteadyLoad load = new SteadyLoad(stage.callers(), this.perSecond,
					(number) -> SteadyLoad.Call.of(0, Client.of("rolling", number % kinds), path));
			load.run(WARM_UP);
			long before = stage.tokens().requests();
			return Outcome.of(stage, load.run(this.time), before, this.latency);
		}
	}

}
