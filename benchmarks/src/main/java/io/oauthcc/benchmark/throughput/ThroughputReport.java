package io.oauthcc.benchmark.throughput;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Prints what {@code throughput.sh} measured as Markdown, and fails where a target is
 * missed.
 */
public final class ThroughputReport {

	private static final Route REFERENCE = new Route("starter", "gateway");

	private final Samples samples;

	ThroughputReport(Samples samples) {
		this.samples = samples;
	}

	/**
	 * Reads the samples.
	 * @param arguments the file with the samples, and where to write the chart, if at all
	 * @throws IOException if a file cannot be read or written
	 */
	public static void main(String[] arguments) throws IOException {
		ThroughputReport report = new ThroughputReport(Samples.parse(Files.readAllLines(Path.of(arguments[0]))));
		boolean reached = report.print(System.out);
		if (arguments.length > 1) {
			Files.writeString(Path.of(arguments[1]), new ThroughputChart(report.samples).svg());
		}
		System.exit(reached ? 0 : 1);
	}

	/** Whether all targets are reached. */
	boolean print(PrintStream out) {
		printStarter(out);
		if (this.samples.has(REFERENCE)) {
			printAll(out);
		}
		List<Target> targets = Target.ALL.stream().filter((target) -> this.samples.has(target.route())).toList();
		targets.forEach((target) -> out.println(target.describe(this.samples)));
		return targets.stream().allMatch((target) -> target.isReached(this.samples));
	}

	private void printStarter(PrintStream out) {
		out.println("| route | of a plain route | of a constant header | p99 | processor time |");
		out.println("|---|---|---|---|---|");
		for (Route route : routes("starter")) {
			out.printf(Locale.ROOT, "| %s | %.3f | %s | %s | %s |%n", Names.route(route),
					this.samples.ratio(route, route.plain(), Sample::rate).median(),
					this.samples.ratio(route, route.constant(), Sample::rate),
					this.samples.ratio(route, route.constant(), Sample::p99),
					this.samples.ratio(route, route.constant(), Sample::processorTime));
		}
		out.println();
	}

	private void printAll(PrintStream out) {
		out.println(
				"| gateway | token | of its own constant header | processor time | of this starter's gateway level |"
						+ " processor time |");
		out.println("|---|---|---|---|---|---|");
		for (Route route : ThroughputChart.compared(this.samples)) {
			out.printf(Locale.ROOT, "| %s | %s | %s | %.2f | %.2f | %.2f |%n", Names.gateway(route), Names.route(route),
					this.samples.ratio(route, route.constant(), Sample::rate),
					this.samples.ratio(route, route.constant(), Sample::processorTime).median(),
					this.samples.ratio(route, REFERENCE, Sample::rate).median(),
					this.samples.ratio(route, REFERENCE, Sample::processorTime).median());
		}
		out.println();
	}

	private List<Route> routes(String gateway) {
		return List.of("constant", "gateway", "application", "stored", "claimed")
			.stream()
			.map((name) -> new Route(gateway, name))
			.filter(this.samples::has)
			.toList();
	}

}
