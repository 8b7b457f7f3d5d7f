package io.oauthcc.gateway.soak;

import java.time.Duration;

/**
 * How large a soak is.
 *
 * @param warmUp for how long there is load before anything is looked at
 * @param time for how long it goes on
 * @param clients how many applications call
 * @param perSecond how many calls begin each second
 * @param tokenLife for how long tokens are good
 * @param pace between two bytes of those who send slowly
 * @param patience for how long at most the gateway is waited for to let go of what it
 * holds
 * @param disturbed whether anything happens but calls
 */
record SoakSettings(Duration warmUp, Duration time, int clients, int perSecond, Duration tokenLife, Duration pace,
		Duration patience, boolean disturbed) {

	/** One that the build's properties say the size of. */
	static SoakSettings ofProperties() {
		return new SoakSettings(Duration.ofSeconds(20), Duration.ofMinutes(Integer.getInteger("soak.minutes")), 20_000,
				Integer.getInteger("soak.rate"), Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(120),
				true);
	}

	/** One of a few seconds, for faults that are there from the beginning. */
	static SoakSettings small() {
		return new SoakSettings(Duration.ofSeconds(2), Duration.ofSeconds(4), 200, 50, Duration.ofSeconds(20),
				Duration.ofMillis(200), Duration.ofSeconds(5), false);
	}

}
