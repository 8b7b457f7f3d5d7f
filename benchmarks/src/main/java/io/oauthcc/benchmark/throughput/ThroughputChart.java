package io.oauthcc.benchmark.throughput;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A bar for each way to get a token: its requests a second as a share of those of the
 * same gateway with a constant header, with the quartiles.
 */
final class ThroughputChart {

	private static final int LEFT = 400;

	private static final int WIDTH = 360;

	private static final int ROW = 26;

	private static final int TOP = 64;

	/** What the bars' space ends at. */
	private static final double MOST = 1.1;

	private static final String STYLE = """
			<style>
			  text { fill: #1f2328 }
			  .small { font-size: 12px; fill: #57606a }
			  .card { fill: #f6f8fa; stroke: #8c959f }
			  .bar { fill: #8c959f }
			  .ours { fill: #0969da }
			  .line { stroke: #57606a }
			  .spread { stroke: #1f2328; stroke-width: 1.5; fill: none }
			  @media (prefers-color-scheme: dark) {
			    text { fill: #e6edf3 }
			    .small { fill: #9198a1 }
			    .card { fill: #0d1117; stroke: #3d444d }
			    .bar { fill: #656c76 }
			    .ours { fill: #4493f8 }
			    .line { stroke: #9198a1 }
			    .spread { stroke: #e6edf3 }
			  }
			</style>
			""";

	private final Samples samples;

	ThroughputChart(Samples samples) {
		this.samples = samples;
	}

	/** The routes that bring a token, the starter's first. */
	static List<Route> compared(Samples samples) {
		return Stream.of("starter", "security", "nginx", "haproxy", "fastify")
			.flatMap(
					(gateway) -> Stream.of("gateway", "application", "stored", "claimed", "manager", "callers", "relay")
						.map((name) -> new Route(gateway, name)))
			.filter(samples::has)
			.toList();
	}

	String svg() {
		List<Route> rows = compared(this.samples);
		int height = TOP + rows.size() * ROW + 40;
		StringBuilder svg = new StringBuilder();
		append(svg,
				"""
						<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 %d" role="img" aria-labelledby="t d" \
						font-family="system-ui, sans-serif" font-size="14">
						<title id="t">What a token costs a request</title>
						<desc id="d">Requests a second of a route that gets its token, as a share of a route of the same gateway \
						that sets a constant header; %s.</desc>
						""",
				height, description(rows));
		svg.append(STYLE);
		append(svg, "<rect class=\"card\" x=\"1\" y=\"1\" width=\"878\" height=\"%d\" rx=\"8\"/>%n", height - 2);
		append(svg, "<text x=\"24\" y=\"32\">Requests a second with a token in memory, against a constant header in the"
				+ " same gateway</text>%n");
		for (int i = 0; i < rows.size(); i++) {
			appendRow(svg, rows.get(i), TOP + i * ROW);
		}
		int bottom = TOP + rows.size() * ROW + 4;
		append(svg, "<path class=\"line\" stroke-dasharray=\"4 3\" d=\"M%d %d V%d\"/>%n", x(1), TOP - 8, bottom);
		append(svg, "<text class=\"small\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">constant header = 1</text>%n", x(1),
				bottom + 18);
		return svg.append("</svg>\n").toString();
	}

	private String description(List<Route> rows) {
		return String.join(", ",
				rows.stream()
					.map((route) -> String.format(Locale.ROOT, "%s %s %.2f", Names.gateway(route), Names.route(route),
							ratio(route).median()))
					.toList());
	}

	private void appendRow(StringBuilder svg, Route route, int y) {
		Spread ratio = ratio(route);
		String kind = "starter".equals(route.gateway()) ? "bar ours" : "bar";
		append(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s: %s</text>%n", LEFT - 10, y + 15,
				Names.gateway(route), Names.route(route));
		append(svg, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\"/>%n", kind, LEFT, y + 2,
				x(ratio.median()) - LEFT);
		append(svg, "<path class=\"spread\" d=\"M%1$d %3$d H%2$d M%1$d %4$d V%5$d M%2$d %4$d V%5$d\"/>%n",
				x(ratio.lower()), x(ratio.upper()), y + 10, y + 6, y + 14);
		append(svg, "<text x=\"%d\" y=\"%d\">%.2f</text>%n", LEFT + WIDTH + 16, y + 15, ratio.median());
	}

	private Spread ratio(Route route) {
		return this.samples.ratio(route, route.constant(), Sample::rate);
	}

	private static int x(double ratio) {
		return LEFT + (int) Math.round(WIDTH * Math.min(ratio, MOST) / MOST);
	}

	private static void append(StringBuilder svg, String format, Object... values) {
		svg.append(String.format(Locale.ROOT, format, values));
	}

}
