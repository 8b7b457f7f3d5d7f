package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of calls. Safe for use by many threads.
 */
final class Tally {

	private final Map<String, Integer> outcomes = new TreeMap<>();

	private long[] nanos = new long[1024];

	private int count;

	private int failures;

	synchronized void add(String outcome, long took) {
		this.outcomes.merge(outcome, 1, Integer::sum);
		if (!outcome.equals("200")) {
			this.failures++;
		}
		if (this.count == this.nanos.length) {
			this.nanos = Arrays.copyOf(this.nanos, this.count * 2);
		}
		this.nanos[this.count++] = took;
	}

	synchronized int count() {
		return this.count;
	}

	/** Calls that were not answered with 200. */
	synchronized int failures() {
		return this.failures;
	}

	synchronized Map<String, Integer> outcomes() {
		return new TreeMap<>(this.outcomes);
	}

	Duration slowest() {
		return percentile(100);
	}

	synchronized Duration percentile(double percent) {
		if (this.count == 0) {
			return Duration.ZERO;
		}
		long[] sorted = Arrays.copyOf(this.nanos, this.count);
		Arrays.sort(sorted);
		int index = (int) Math.ceil(percent / 100 * this.count) - 1;
		return Duration.ofNanos(sorted[Math.max(0, index)]);
	}

	synchronized long slowerThan(Duration limit) {
		return Arrays.stream(this.nanos, 0, this.count).filter((took) -> took > limit.toNanos()).count();
	}

}
