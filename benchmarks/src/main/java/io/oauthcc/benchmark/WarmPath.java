package io.oauthcc.benchmark;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures the way of a request with a warm token, and sets it against what it may cost.
 */
final class WarmPath {

	/** Of the filter that sets a constant header. */
	private static final double MOST_TIMES_CONSTANT = 1.5;

	private static final double MOST_BYTES_GATEWAY = 200;

	/** Of a bare digest, on top of the gateway level. */
	private static final double MOST_TIMES_DIGEST = 2.5;

	private static final double MOST_BYTES_APPLICATION = 600;

	private WarmPath() {
	}

	/** Fails where an aim is missed. */
	public static void main(String[] args) throws RunnerException {
		Map<String, Cost> costs = run(
				new OptionsBuilder().include("\\.FilterBenchmark\\.").include("\\.KeyBenchmark\\."));
		System.out.print(table(costs));
		if (!goals(costs).stream().allMatch(Goal::isMet)) {
			System.exit(1);
		}
	}

	/**
	 * Run the benchmarks.
	 * @param options which, and for how long
	 * @return what each costs, by its name
	 */
	static Map<String, Cost> run(ChainedOptionsBuilder options) throws RunnerException {
		Collection<RunResult> results = new Runner(
				options.addProfiler(GCProfiler.class).timeout(TimeValue.minutes(1)).build())
			.run();
		Map<String, Cost> costs = new LinkedHashMap<>();
		for (RunResult result : results) {
			String filter = result.getParams().getParam("filter");
			String name = (filter != null) ? filter : result.getPrimaryResult().getLabel();
			costs.put(name, new Cost(result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError(),
					Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore()));
		}
		return costs;
	}

	/**
	 * What is measured beside what was aimed at.
	 * @param costs the costs by name
	 * @return two Markdown tables
	 */
	static String table(Map<String, Cost> costs) {
		StringBuilder text = new StringBuilder("| | ns | ± (99.9 %) | bytes |\n|---|---|---|---|\n");
		costs.forEach((name, cost) -> text
			.append("| %s | %.0f | %.0f | %.0f |%n".formatted(name, cost.nanoseconds(), cost.error(), cost.bytes())));
		text.append("\n| | measured | aim |\n|---|---|---|\n");
		goals(costs).forEach((goal) -> text.append(goal.row()));
		return text.toString();
	}

	static List<Goal> goals(Map<String, Cost> costs) {
		Cost constant = of(costs, "constant");
		Cost gateway = of(costs, "gateway");
		Cost application = of(costs, "application");
		Cost digest = of(costs, "digest");
		double mostOfApplication = MOST_TIMES_CONSTANT * constant.nanoseconds()
				+ MOST_TIMES_DIGEST * digest.nanoseconds();
		return List.of(
				new Goal("gateway level, time of the constant header's", gateway.nanoseconds() / constant.nanoseconds(),
						MOST_TIMES_CONSTANT),
				new Goal("gateway level, bytes more than the constant header", gateway.bytes() - constant.bytes(),
						MOST_BYTES_GATEWAY),
				new Goal("application level, time of 1.5 constant headers and 2.5 digests",
						application.nanoseconds() / mostOfApplication, 1),
				new Goal("application level, bytes more than gateway level", application.bytes() - gateway.bytes(),
						MOST_BYTES_APPLICATION));
	}

	private static Cost of(Map<String, Cost> costs, String name) {
		return Objects.requireNonNull(costs.get(name), name);
	}

	/**
	 * What one operation costs.
	 *
	 * @param nanoseconds the mean time
	 * @param error half of its confidence interval
	 * @param bytes what is allocated
	 */
	record Cost(double nanoseconds, double error, double bytes) {

	}

	/**
	 * What was aimed at.
	 *
	 * @param what what is measured
	 * @param measured the figure
	 * @param most how much it may be
	 */
	record Goal(String what, double measured, double most) {

		boolean isMet() {
			return this.measured <= this.most;
		}

		private String row() {
			String format = (this.most < 10) ? "%.2f" : "%.0f";
			return "| %s | %s | %s%s |%n".formatted(this.what, format.formatted(this.measured),
					format.formatted(this.most), isMet() ? "" : ", missed");
		}

	}

}
