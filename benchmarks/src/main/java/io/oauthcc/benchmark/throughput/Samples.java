package io.oauthcc.benchmark.throughput;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * All runs. Only what was measured in the same round is set against each other, so that
 * the machine's drift cancels out.
 */
record Samples(List<Sample> samples) {

	static Samples parse(Collection<String> lines) {
		return new Samples(lines.stream().map(Sample::parse).toList());
	}

	/** The routes there are, in the order in which they were measured first. */
	List<Route> routes() {
		return this.samples.stream().map(Sample::route).distinct().toList();
	}

	boolean has(Route route) {
		return this.samples.stream().anyMatch((sample) -> sample.route().equals(route));
	}

	/** How many times as much of a quantity one route has as another, in each round. */
	Spread ratio(Route of, Route to, ToDoubleFunction<Sample> quantity) {
		Map<Integer, Double> ones = means(of, quantity);
		Map<Integer, Double> others = means(to, quantity);
		return Spread.of(IntStream.rangeClosed(1, others.size())
			.mapToDouble((round) -> ones.getOrDefault(round, Double.NaN) / others.getOrDefault(round, Double.NaN))
			.toArray());
	}

	private Map<Integer, Double> means(Route route, ToDoubleFunction<Sample> quantity) {
		return this.samples.stream()
			.filter((sample) -> sample.route().equals(route))
			.collect(Collectors.groupingBy(Sample::round, Collectors.averagingDouble(quantity)));
	}

}
