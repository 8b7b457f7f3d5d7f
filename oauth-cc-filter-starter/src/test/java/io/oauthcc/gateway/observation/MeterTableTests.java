package io.oauthcc.gateway.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables in the documentation are what the enumeration says.
 */
class MeterTableTests {

	@Test
	void tableOfMetersWhenReadThenAsInEnumeration() throws IOException {
		assertThat(rowsOf("meters"))
			.containsExactlyElementsOf(Arrays.stream(OAuthCcMeter.values()).map(MeterTableTests::row).toList());
	}

	@Test
	void tableOfTagsWhenReadThenAsInEnumeration() throws IOException {
		assertThat(rowsOf("tags")).containsExactlyElementsOf(Arrays.stream(Tag.values())
			.map((tag) -> "| `%s` | %s |".formatted(tag.key(), tag.possibleValues()))
			.toList());
	}

	private static String row(OAuthCcMeter meter) {
		String type = meter.type().name().toLowerCase(Locale.ROOT).replace("_of_", ", ");
		String tags = meter.tags().stream().map((tag) -> "`" + tag.key() + "`").collect(Collectors.joining(", "));
		return "| `%s` | %s | %s | %s | %s |"
			.formatted(meter.meterName(), prometheusNames(meter), type, tags, meter.description())
			.replace("|  |", "| |");
	}

	private static String prometheusNames(OAuthCcMeter meter) {
		String name = meter.meterName().replace('.', '_');
		Stream<String> names = switch (meter.type()) {
			case TIMER -> Stream.of("_seconds_count", "_seconds_sum", "_seconds_max").map(name::concat);
			case COUNTER -> Stream.of(name + "_total");
			case GAUGE -> Stream.of(name);
			case GAUGE_OF_SECONDS -> Stream.of(name + "_seconds");
		};
		return names.map((each) -> "`" + each + "`").collect(Collectors.joining(", "));
	}

	private static List<String> rowsOf(String table) throws IOException {
		List<String> page = Files.readAllLines(Path.of("..", "docs", "metrics.md"));
		int start = page.indexOf("<!-- %s: held to OAuthCcMeter by a test -->".formatted(table));
		int end = page.indexOf("<!-- end of %s -->".formatted(table));
		assertThat(start).isNotNegative().isLessThan(end);
		return page.subList(start, end).stream().filter((line) -> line.startsWith("| `")).toList();
	}

}
