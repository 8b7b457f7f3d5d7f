package io.oauthcc.gateway;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.oauthcc.gateway.fixture.MarkdownPage;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documentation speaks of meters that there are, and of all of them.
 */
class DocumentationMetersTests {

	private static final Pattern NAME = Pattern.compile("(?<![\\w.])oauthcc(?:\\.[a-z]+){2,}");

	@Test
	void tableWhenReadThenHasEveryMeterWithItsTags() {
		List<String> rows = MarkdownPage.all()
			.stream()
			.filter((page) -> page.path().endsWith("operations.md"))
			.flatMap((page) -> page.lines().stream())
			.dropWhile((line) -> !line.equals("## All metrics"))
			.filter((line) -> line.startsWith("| `"))
			.toList();
		assertThat(rows).isEqualTo(Arrays.stream(OAuthCcMeter.values()).map(DocumentationMetersTests::row).toList());
	}

	@Test
	void nameWhenMentionedThenOneOfAMeter() {
		Set<String> names = MarkdownPage.all()
			.stream()
			.flatMap((page) -> NAME.matcher(String.join("\n", page.lines())).results())
			.map(MatchResult::group)
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(names).isNotEmpty()
			.isSubsetOf(Arrays.stream(OAuthCcMeter.values()).map(OAuthCcMeter::meterName).toList());
	}

	private static String row(OAuthCcMeter meter) {
		String tags = meter.tags().isEmpty() ? "–"
				: meter.tags().stream().map((tag) -> "`" + tag.key() + "`").collect(Collectors.joining(", "));
		return "| `%s` | %s | %s | %s |".formatted(meter.meterName(), meter.type().name().toLowerCase(Locale.ROOT),
				tags, meter.description());
	}

}
