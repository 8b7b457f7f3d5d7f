package io.oauthcc.gateway.observation;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/**
 * Decides which of many events that are alike go into a log: the first of its kind at
 * once, and then one each time a pause is over, with the number of those in between.
 * <p>
 * Safe for use by many threads.
 *
 * @param <K> tells one kind of event from another
 */
public final class Repetitions<K> {

	private static final int MAXIMUM_KINDS = 1000;

	private final Clock clock;

	private final long pause;

	private final Cache<K, Told> told = Caffeine.newBuilder()
		.maximumSize(MAXIMUM_KINDS)
		.executor(Runnable::run)
		.build();

	/**
	 * Create with no event seen yet.
	 * @param clock tells when a pause is over
	 * @param pause the time after an event in which others like it are not told
	 */
	public Repetitions(Clock clock, Duration pause) {
		this.clock = clock;
		this.pause = pause.toMillis();
	}

	/**
	 * An event has happened.
	 * @param kind its kind
	 * @return how many like it were not told before, if this one is to be told
	 */
	public OptionalLong tell(K kind) {
		long now = this.clock.millis();
		Told latest = this.told.asMap()
			.compute(kind,
					(same, before) -> (before == null) ? new Told(now, 0, 0, true) : before.next(now, this.pause));
		return latest.isTold() ? OptionalLong.of(latest.untoldBefore()) : OptionalLong.empty();
	}

	private record Told(long at, long untold, long untoldBefore, boolean isTold) {

		Told next(long now, long pause) {
			return (now - this.at < pause) ? new Told(this.at, this.untold + 1, 0, false)
					: new Told(now, 0, this.untold, true);
		}

	}

}
