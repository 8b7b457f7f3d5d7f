package io.oauthcc.benchmark.throughput;

/**
 * One run of {@code wrk}.
 *
 * @param route what was loaded
 * @param round the round's number; each has several runs of a route
 * @param rate requests a second
 * @param p50 the median latency, in microseconds
 * @param p99 the latency that one in a hundred exceeds, in microseconds
 * @param processorTime of the gateway, in microseconds a request
 */
record Sample(Route route, int round, double rate, double p50, double p99, double processorTime) {

	static Sample parse(String line) {
		String[] fields = line.split(" ");
		return new Sample(new Route(fields[0], fields[1]), Integer.parseInt(fields[2]), Double.parseDouble(fields[3]),
				Double.parseDouble(fields[4]), Double.parseDouble(fields[5]), Double.parseDouble(fields[6]));
	}

}
