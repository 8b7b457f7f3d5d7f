package io.oauthcc.benchmark.throughput;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThroughputReport}, on rounds in which the machine loses half of its
 * speed.
 */
class ThroughputReportTests {

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	@Test
	void printWhenAsFastAsConstantThenReached() {
		assertThat(print(1, 1)).isTrue();
		assertThat(text()).contains("| gateway level | 1.000 | 1.000 (1.000 to 1.000)")
			.contains("reached: starter gateway: 1.000", "reached: starter application: 1.000");
	}

	@Test
	void printWhenTenPercentSlowerThenMissed() {
		assertThat(print(0.9, 1)).isFalse();
		assertThat(text()).contains("reached: starter gateway", "MISSED: starter application: 0.900");
	}

	@Test
	void printWhenSlowestAreSlowerThenMissed() {
		assertThat(print(1, 1.1)).isFalse();
		assertThat(text()).contains("MISSED: starter application: 1.000 of the requests a second (>= 0.97), p99 1.100");
	}

	@Test
	void chartWhenSamplesThenBarForEachRouteInBothSchemes() throws Exception {
		String svg = new ThroughputChart(samples(0.9, 1)).svg();
		assertThat(DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
			.getElementsByTagName("rect")
			.getLength()).isEqualTo(3);
		assertThat(svg).contains("prefers-color-scheme: dark", "this starter: application level", ">0.90<");
	}

	private boolean print(double rate, double p99) {
		return new ThroughputReport(samples(rate, p99)).print(new PrintStream(this.out, true, StandardCharsets.UTF_8));
	}

	private String text() {
		return this.out.toString(StandardCharsets.UTF_8);
	}

	/** All routes alike but for that at application level. */
	private static Samples samples(double rate, double p99) {
		List<String> lines = IntStream.rangeClosed(1, 7).boxed().flatMap((round) -> {
			double drift = 1.0 / round;
			return Stream.of(line("plain", round, drift, drift), line("constant", round, drift, drift),
					line("gateway", round, drift, drift), line("application", round, drift * rate, drift * p99));
		}).toList();
		return Samples.parse(lines);
	}

	private static String line(String route, int round, double rate, double p99) {
		return String.format(Locale.ROOT, "starter %s %d %f 1000 %f 50", route, round, rate * 5000, p99 * 9000);
	}

}
