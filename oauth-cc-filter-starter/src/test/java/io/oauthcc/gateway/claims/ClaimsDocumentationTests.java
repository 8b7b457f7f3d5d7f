package io.oauthcc.gateway.claims;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What {@code docs/claims.md} says is so.
 */
class ClaimsDocumentationTests {

	private static final Path DOCUMENT = Path.of("../docs/claims.md");

	@ParameterizedTest
	@MethodSource("cells")
	void tableWhenFunctionAsksClaimThenAsDocumented(String claim, String expression, boolean expected) {
		Claims claims = TestJwts.claims(claim.equals("missing") ? "{}" : "{\"c\":%s}".formatted(claim));
		assertThat(ClaimsExpression.parse(expression).test(claims)).isEqualTo(expected);
		assertThat(ClaimsExpression.parse("!" + expression).test(claims)).isEqualTo(!expected);
	}

	static Stream<Arguments> cells() throws IOException {
		List<List<String>> rows = Files.readAllLines(DOCUMENT)
			.stream()
			.dropWhile((line) -> !line.startsWith("| claim `c` |"))
			.takeWhile((line) -> line.startsWith("|"))
			.filter((line) -> !line.startsWith("|---"))
			.map(ClaimsDocumentationTests::cellsOf)
			.toList();
		assertThat(rows).hasSize(15).allSatisfy((row) -> assertThat(row).hasSize(6));
		return rows.stream()
			.skip(1)
			.flatMap((row) -> Stream.of(1, 2, 3, 4, 5)
				.map((column) -> Arguments.of(row.get(0), rows.get(0).get(column), row.get(column).equals("true"))));
	}

	/** The cells without the backquotes of Markdown. */
	private static List<String> cellsOf(String row) {
		return Arrays.stream(row.substring(1).split("\\|"))
			.map(String::strip)
			.map((cell) -> cell.replaceAll("^(`{1,2})(.*)\\1$", "$2"))
			.toList();
	}

	@Test
	void exampleWhenParsedThenExpression() throws IOException {
		String example = Files.readAllLines(DOCUMENT)
			.stream()
			.filter((line) -> line.startsWith("Equals("))
			.findFirst()
			.orElseThrow();
		assertThatNoException().isThrownBy(() -> ClaimsExpression.parse(example));
	}

	@Test
	void errorWhenShownThenItsMessage() throws IOException {
		List<String> shown = Files.readAllLines(DOCUMENT)
			.stream()
			.dropWhile((line) -> !line.startsWith("column "))
			.takeWhile((line) -> !line.startsWith("```"))
			.toList();
		assertThatExceptionOfType(InvalidClaimsExpressionException.class)
			.isThrownBy(() -> ClaimsExpression.parse(shown.get(1).strip()))
			.withMessage(String.join("\n", shown));
	}

}
