package io.oauthcc.benchmark.load;

import java.time.Duration;

/**
 * Applications that all call for the first time, one shortly after the other, each from
 * an address of its own.
 *
 * @param clients how many
 * @param within in what time
 * @param latency how long a token request takes
 */
record Arrivals(int clients, Duration within, Duration latency) {

	Outcome run(String command) {
		try (Stage stage = Stage.start(command, this.latency, Duration.ofHours(1))) {
			int perSecond = Math.toIntExact(this.clients * 1000L / this.within.toMillis());
			SteadyLoad load = new SteadyLoad(stage.callers(), perSecond, (number) -> SteadyLoad.Call
				.of(Math.toIntExact(number), Client.of("arriving", number), "/application/1"));
			return Outcome.of(stage, load.run(this.clients), 0, this.latency);
		}
	}

}
