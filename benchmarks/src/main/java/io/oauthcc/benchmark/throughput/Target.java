package io.oauthcc.benchmark.throughput;

import java.util.List;
import java.util.Locale;

/**
 * What a route of the starter is to reach beside the constant header.
 *
 * @param route the route
 * @param rate the least share of the requests a second
 */
record Target(Route route, double rate) {

	/** The most that the 99th percentile may be of the constant header's. */
	private static final double P99 = 1.05;

	static final List<Target> ALL = List.of(new Target(new Route("starter", "gateway"), 0.99),
			new Target(new Route("starter", "application"), 0.97));

	boolean isReached(Samples samples) {
		return rate(samples) >= this.rate && p99(samples) <= P99;
	}

	String describe(Samples samples) {
		return String.format(Locale.ROOT, "%s: %s %s: %.3f of the requests a second (>= %.2f), p99 %.3f (<= %.2f)",
				isReached(samples) ? "reached" : "MISSED", this.route.gateway(), this.route.name(), rate(samples),
				this.rate, p99(samples), P99);
	}

	private double rate(Samples samples) {
		return samples.ratio(this.route, this.route.constant(), Sample::rate).median();
	}

	private double p99(Samples samples) {
		return samples.ratio(this.route, this.route.constant(), Sample::p99).median();
	}

}
