package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A cold gateway, and tokens that roll over: the starter beside what an application can
 * do with Spring Security's own manager. Each run has a gateway that has just started.
 */
final class Cold {

	private static final Duration SLOW = Duration.ofMillis(500);

	private static final Duration LIFETIME = Duration.ofSeconds(8);

	private final int rounds = Integer.getInteger("rounds", 3);

	private final Report report = new Report("benchmarks/cold.sh", "scenario", "gateway", "requests", "token requests",
			"p99", "slowest", "failed", "wrong token");

	/** Commands that start the gateways, ours first. */
	private final Map<String, String> gateways;

	private Cold(Map<String, String> gateways) {
		this.gateways = gateways;
	}

	/**
	 * Run all scenarios.
	 * @param arguments names of gateways, each with the command that starts it
	 */
	public static void main(String[] arguments) {
		Map<String, String> gateways = new LinkedHashMap<>();
		for (int i = 0; i < arguments.length; i += 2) {
			gateways.put(arguments[i], arguments[i + 1]);
		}
		new Cold(gateways).run();
	}

	private void run() {
		for (int connections : sizes()) {
			for (String level : List.of("gateway", "application")) {
				run("herd of %,d, %s level".formatted(connections, level), this.rounds,
						new Herd(connections, level, SLOW)::run, Bounds.of(1));
			}
		}
		Duration time = Duration.ofSeconds(Integer.getInteger("rolling", 40));
		run("roll-over, gateway level", 1, new RollOver(time, 200, 0, SLOW, LIFETIME)::run,
				Bounds.rolling(time, LIFETIME, 1));
		run("roll-over, 20 clients", 1, new RollOver(time, 200, 20, SLOW, LIFETIME)::run,
				Bounds.rolling(time, LIFETIME, 20));
		int clients = Integer.getInteger("clients", 10_000);
		Duration within = Duration.ofSeconds(Integer.getInteger("within", 10));
		run("%,d clients within %d s".formatted(clients, within.toSeconds()), this.rounds,
				new Arrivals(clients, within, Duration.ofMillis(Integer.getInteger("arrival.latency", 50)))::run,
				Bounds.of(clients));
		this.report.finish();
	}

	private static int[] sizes() {
		return Stream.of(System.getProperty("herds", "500,2000").split(",")).mapToInt(Integer::parseInt).toArray();
	}

	private void run(String scenario, int rounds, Function<String, Outcome> run, Bounds bounds) {
		boolean ours = true;
		for (Map.Entry<String, String> gateway : this.gateways.entrySet()) {
			List<Outcome> outcomes = Stream.generate(() -> run.apply(gateway.getValue())).limit(rounds).toList();
			add(scenario, gateway.getKey(), outcomes);
			if (ours) {
				outcomes.forEach((outcome) -> bounds.check(scenario, outcome, this.report));
			}
			ours = false;
		}
	}

	private void add(String scenario, String gateway, List<Outcome> outcomes) {
		List<Tally> tallies = outcomes.stream().map(Outcome::tally).toList();
		this.report.row(scenario, gateway, Report.counts(tallies.stream().mapToLong(Tally::count)),
				Report.counts(outcomes.stream().mapToLong(Outcome::tokenRequests)),
				Report.times(tallies.stream().mapToLong((tally) -> tally.percentile(99).toNanos())),
				Report.times(tallies.stream().mapToLong((tally) -> tally.slowest().toNanos())),
				Report.counts(tallies.stream().mapToLong(Tally::failures)),
				Report.counts(outcomes.stream().mapToLong(Outcome::wrongTokens)));
		System.err.printf("%s, %s: %s%n", scenario, gateway, tallies.stream().map(Tally::outcomes).toList());
	}

}
