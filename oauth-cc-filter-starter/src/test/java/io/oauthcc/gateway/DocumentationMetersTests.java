package io.oauthcc.gateway;

import java.util.Arrays;
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
 * The documentation speaks of meters that there are; MeterTableTests hold the table of
 * all of them.
 */
class DocumentationMetersTests {

	private static final Pattern NAME = Pattern.compile("(?<![\\w.])oauthcc(?:\\.[a-z]+){2,}");

	@Test
	void nameWhenMentionedThenOneOfAMeter() {
		Set<String> names = MarkdownPage.all()
			.stream()
			.flatMap((page) -> NAME.matcher(String.join("\n", page.lines())).results())
			.map(MatchResult::group)
			// Micrometer's own, of what is under way.
			.map((name) -> name.replaceFirst("\\.active$", ""))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(names).isNotEmpty()
			.isSubsetOf(Arrays.stream(OAuthCcMeter.values()).map(OAuthCcMeter::meterName).toList());
	}

}
