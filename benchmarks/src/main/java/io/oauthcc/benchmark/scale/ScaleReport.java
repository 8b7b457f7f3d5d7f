package io.oauthcc.benchmark.scale;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints the formula as a table, and small fleets beside it, as Markdown. Ends with
 * status 1 if one of them differs by more than it may.
 */
final class ScaleReport {

	/** By how much a measured fleet may differ from the formula. */
	static final double TOLERANCE = 0.15;

	private static final int[][] SIZES = { { 1, 10_000 }, { 10, 10_000 }, { 10, 100_000 }, { 100, 100_000 },
			{ 100, 1_000_000 }, { 1000, 1_000_000 } };

	private static final List<Duration> LIFETIMES = List.of(Duration.ofMinutes(5), Duration.ofHours(1));

	private ScaleReport() {
	}

	/**
	 * The report.
	 * @param arguments the port of a Redis, seconds that a token lives, for how many
	 * lives it is measured, and of each fleet gateways and clients: {@code 4x500}
	 */
	public static void main(String[] arguments) {
		int port = Integer.parseInt(arguments[0]);
		Duration lifetime = Duration.ofSeconds(Long.parseLong(arguments[1]));
		int lives = Integer.parseInt(arguments[2]);
		System.out.printf("%s, %d cores, Java %s%n%n", LocalDate.now(), Runtime.getRuntime().availableProcessors(),
				Runtime.version());
		printFormula();
		System.out.println(
				"""

						| gateways, clients | token requests/s | by the formula | commands a token | by the formula | Redis CPU a token | memory |
						|---|---|---|---|---|---|---|""");
		List<RunningFleet.Measured> wrong = new ArrayList<>();
		for (int i = 3; i < arguments.length; i++) {
			String[] size = arguments[i].split("x", 2);
			Fleet fleet = new Fleet(Integer.parseInt(size[0]), Integer.parseInt(size[1]), lifetime);
			RunningFleet.Measured measured = measure(fleet, port, "scale-" + i + ":", lives);
			print(measured);
			if (measured.deviation() > TOLERANCE) {
				wrong.add(measured);
			}
		}
		wrong.forEach((measured) -> System.err.printf(Locale.ROOT, "%s differs by %.0f %% (expected: <= %.0f)%n",
				measured.fleet(), measured.deviation() * 100, TOLERANCE * 100));
		System.exit(wrong.isEmpty() ? 0 : 1);
	}

	private static RunningFleet.Measured measure(Fleet fleet, int port, String keyPrefix, int lives) {
		try (RunningFleet running = new RunningFleet(fleet, port, (number) -> keyPrefix)) {
			return running.measure(lives);
		}
	}

	private static void print(RunningFleet.Measured measured) {
		Fleet fleet = measured.fleet();
		System.out.printf(Locale.ROOT, "| %d, %d | %.1f | %.1f | %.1f | %.1f | %.0f µs | %.0f bytes |%n",
				fleet.gateways(), fleet.clients(), measured.tokenRequests(), fleet.tokenRequests(),
				measured.commandsPerToken(), fleet.commandsPerToken(), measured.cpuPerToken() * 1e6,
				measured.bytesPerToken());
	}

	private static void printFormula() {
		System.out.println(
				"""
						| gateways | clients | tokens of | token requests/s without a store | with | commands/s | messages/s | Redis | heap of each |
						|---|---|---|---|---|---|---|---|---|""");
		for (int[] size : SIZES) {
			for (Duration lifetime : LIFETIMES) {
				Fleet fleet = new Fleet(size[0], size[1], lifetime);
				System.out.printf(Locale.ROOT,
						"| %,d | %,d | %s | %,.0f | %,.0f | %,.0f | %,.0f | %,.0f MB | %,.0f MB |%n", size[0], size[1],
						(lifetime.toMinutes() < 60) ? "5 min" : "1 h", fleet.tokenRequestsWithoutStore(),
						fleet.tokenRequests(), fleet.commands(), fleet.messages(), fleet.redisBytes() / 1e6,
						fleet.heapBytes() / 1e6);
			}
		}
	}

}
