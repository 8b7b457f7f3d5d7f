package io.oauthcc.gateway.claims;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link ClaimsExpression} with texts that are none, and with the largest that
 * are.
 */
class InvalidClaimsExpressionTests {

	private static final String TERM = "Equals(`a`,`b`)";

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '~',
			textBlock = """
					~~                              => 1  => expected a function, '!' or '(' but found the end
					~  ~                            => 1  => expected a function, '!' or '(' but found the end
					!                               => 2  => expected a function, '!' or '(' but found the end
					(                               => 2  => expected a function, '!' or '(' but found the end
					()                              => 2  => expected a function, '!' or '(' but found ')'
					Equals(`a`,`b`) &&              => 19 => expected a function, '!' or '(' but found the end
					Equals(`a`,`b`) && || Foo       => 20 => expected a function, '!' or '(' but found '|'
					&& Equals(`a`,`b`)              => 1  => expected a function, '!' or '(' but found '&'
					"Equals"                        => 1  => expected a function, '!' or '(' but found '"'
					`a`                             => 1  => expected a function, '!' or '(' but found '`'
					Ünknown(`a`)                    => 1  => expected a function, '!' or '(' but found U+00DC
					Equals(`a`,`b`) Prefix          => 17 => expected '&&', '||' or the end but found 'Prefix'
					Equals(`a`,`b`) and x           => 17 => expected '&&', '||' or the end but found 'and'
					Equals(`a`,`b`) & Prefix        => 17 => expected '&&', '||' or the end but found '&'
					Equals(`a`,`b`) | x             => 17 => expected '&&', '||' or the end but found '|'
					Equals(`a`,`b`) & & x           => 17 => expected '&&', '||' or the end but found '&'
					Equals(`a`,`b`))                => 16 => expected '&&', '||' or the end but found ')'
					(Equals(`a`,`b`)                => 17 => expected '&&', '||' or ')' but found the end
					(Equals(`a`,`b`) x              => 18 => expected '&&', '||' or ')' but found 'x'
					Equals                          => 7  => expected '(' as in Equals(`key`, `value`) but found the end
					Equals `a`                      => 8  => expected '(' as in Equals(`key`, `value`) but found '`'
					Equals(                         => 8  => expected an argument in backquotes but found the end
					Equals()                        => 8  => expected an argument in backquotes but found ')'
					Equals(a, `b`)                  => 8  => expected an argument in backquotes but found 'a'
					Equals("a", `b`)                => 8  => expected an argument in backquotes but found '"'
					Equals(`a`, 1)                  => 13 => expected an argument in backquotes but found '1'
					Equals(`a`)                     => 11 => expected ',' as in Equals(`key`, `value`) but found ')'
					Equals(`a` `b`)                 => 12 => expected ',' as in Equals(`key`, `value`) but found '`'
					Equals(`a`,`b`,`c`)             => 15 => expected ')' as in Equals(`key`, `value`) but found ','
					Equals(`a`,`b`                  => 15 => expected ')' as in Equals(`key`, `value`) but found the end
					Prefix(`a`)                     => 11 => expected ',' as in Prefix(`key`, `value`) but found ')'
					Contains(`a`,)                  => 14 => expected an argument in backquotes but found ')'
					SplitContains(`a`,`b`)          => 22 => expected ',' as in SplitContains(`key`, `separator`, `value`) but found ')'
					SplitContains(`a`,`,`,`b`,`c`)  => 26 => expected ')' as in SplitContains(`key`, `separator`, `value`) but found ','
					OneOf(`a`)                      => 10 => expected ',' as in OneOf(`key`, `value`, …) but found ')'
					OneOf(`a`,`b`;`c`)              => 14 => expected ',' or ')' as in OneOf(`key`, `value`, …) but found ';'
					Equals(`a                       => 8  => expected another backquote, to end the argument
					Equals(`a`, `b)                 => 13 => expected another backquote, to end the argument
					Equals(``,`b`)                  => 9  => expected a claim's name, write \\. for a dot in a name
					Equals(`.a`,`b`)                => 9  => expected a claim's name, write \\. for a dot in a name
					Equals(`a..b`,`b`)              => 11 => expected a claim's name, write \\. for a dot in a name
					Equals(`a.`,`b`)                => 11 => expected a claim's name, write \\. for a dot in a name
					Equals(`a\\b`,`b`)              => 10 => expected '.' or '\\' after the backslash, write \\\\ for a backslash in a name
					Equals(`a\\`,`b`)               => 10 => expected '.' or '\\' after the backslash, write \\\\ for a backslash in a name
					Prefix(`a`,``)                  => 13 => expected a text that is not empty
					Contains(`a`,``)                => 15 => expected a text that is not empty
					SplitContains(`a`,``,`b`)       => 20 => expected a text that is not empty
					SplitContains(`a`,`,`,``)       => 24 => expected a text that is not empty
					SplitContains(`a`,`,`,` b`)     => 24 => expected a value without white space about it, as parts are trimmed
					SplitContains(`a`,`,`,`b,c`)    => 24 => expected a value without the separator in it
					Contain(`a`,`b`)                => 1  => unknown function 'Contain', did you mean 'Contains'?
					equals(`a`,`b`)                 => 1  => unknown function 'equals', did you mean 'Equals'?
					!(Prefx(`a`,`b`))               => 3  => unknown function 'Prefx', did you mean 'Prefix'?
					SplitContain(`a`,`b`)           => 1  => unknown function 'SplitContain', did you mean 'SplitContains'?
					oneof(`a`,`b`)                  => 1  => unknown function 'oneof', did you mean 'OneOf'?
					Matches(`a`,`b`)                => 1  => unknown function 'Matches', expected Equals, Prefix, Contains, SplitContains, OneOf
					true                            => 1  => unknown function 'true', expected Equals, Prefix, Contains, SplitContains, OneOf
					""")
	void parseWhenWrongThenProblemAndPlace(String expression, int column, String problem) {
		assertThat(messageOf(expression).lines()).containsExactly("column " + column + ": " + problem,
				"  " + expression, "  " + " ".repeat(column - 1) + "^");
	}

	@Test
	void parseWhenSeveralLinesThenLineAndThatLineAlone() {
		assertThat(messageOf("Equals(`a`, `b`)\r\n&& Contain(`a`, `b`)\n&& Equals(`a`, `b`)")).isEqualTo("""
				line 2, column 4: unknown function 'Contain', did you mean 'Contains'?
				  && Contain(`a`, `b`)
				     ^""");
	}

	@Test
	void parseWhenLineBreakAtTheEndAloneThenOneLine() {
		assertThat(messageOf("Equals(`a`, `b`) &&\n")).isEqualTo("""
				column 20: expected a function, '!' or '(' but found the end
				  Equals(`a`, `b`) &&
				                     ^""");
	}

	@Test
	void parseWhenLongThenExcerptAboutThePlace() {
		String expression = TERM + (" && " + TERM).repeat(20) + " && Contain(`a`,`b`)" + (" && " + TERM).repeat(20);
		assertThat(messageOf(expression)).isEqualTo("""
				column 400: unknown function 'Contain', did you mean 'Contains'?
				  …& Equals(`a`,`b`) && Equals(`a`,`b`) && Contain(`a`,`b`) && Equals(`a`,`b`) && E…
				                                           ^""");
	}

	@ParameterizedTest
	@CsvSource({ "1, 19, 13", "2, 18, 13" })
	void parseWhenExcerptWouldCutCharacterThenWhole(int spaces, int before, int after) {
		String space = " ".repeat(spaces);
		String term = "Equals(`a`," + space + "`" + "😀".repeat(60) + "`)";
		assertThat(messageOf(term + space + term).lines()).element(1)
			.isEqualTo("  …" + "😀".repeat(before) + "`)" + space + "Equals(`a`," + space + "`" + "😀".repeat(after)
					+ "…");
	}

	@Test
	void parseWhenControlCharactersThenShownHarmlessly() {
		assertThat(messageOf("Equals(`a\u001b[31m\t\u202e\u2028`, `😀`) \u0000")).isEqualTo("""
				column 26: expected '&&', '||' or the end but found U+0000
				  Equals(`a?[31m???`, `😀`) ?
				                           ^""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u00a0", "\u2003", "\f", "\u200b", "\ufeff", "\ud83d\ude00", "\ud800" })
	void parseWhenStrangeSpaceThenItsNumber(String space) {
		assertThat(messageOf(TERM + space)).contains("but found U+%04X".formatted(space.codePointAt(0)));
	}

	@Test
	void parseWhenNameIsLongThenOnlyItsBeginningIsRepeated() {
		assertThat(messageOf("x".repeat(3000))).contains("'" + "x".repeat(40) + "…'").hasSizeLessThan(300);
		assertThat(messageOf("x".repeat(40))).contains("'" + "x".repeat(40) + "'");
	}

	@Test
	void parseWhenAsLongAsAllowedThenParsed() {
		String terms = TERM + ("&&" + TERM).repeat(239);
		String expression = terms + " ".repeat(4096 - terms.length());
		assertThat(ClaimsExpression.parse(expression).test(TestJwts.claims("{\"a\":\"b\"}"))).isTrue();
		assertThat(messageOf(expression + " "))
			.startsWith("column 4097: expected at most 4096 characters but found 4097");
		assertThat(messageOf(TERM + ("||" + TERM).repeat(1_000_000))).startsWith("column 4097: expected at most");
	}

	@ParameterizedTest
	@CsvSource({ "!, ''", "(, )", "!(, )", "(!, )" })
	void parseWhenDeepThenBounded(String opening, String closing) {
		int times = 32 / opening.length();
		String deepest = opening.repeat(times) + TERM + closing.repeat(times);
		assertThatNoException().isThrownBy(() -> ClaimsExpression.parse(deepest));
		assertThat(messageOf("!" + deepest)).startsWith("column 33: expected at most 32 '!' and '(' within each other");
		assertThat(messageOf(opening.repeat(2000))).startsWith("column 33: expected at most 32");
		assertThatNoException().isThrownBy(() -> ClaimsExpression.parse(deepest + " && " + deepest));
	}

	@Test
	void parseWhenRandomSymbolsThenParsedOrRefused() {
		String[] symbols = { "Equals", "OneOf", "SplitContains", "x", "(", "(`a`,`b`)", ")", "!", "&&", "||", "&", ",",
				"`", "`a`", "`.`", "`\\`", " ", "\n", "\r", "\u0000", "😀", "\ud800", "\udc00" };
		Random random = new Random(20261126);
		int parsed = 0;
		for (int i = 0; i < 20_000; i++) {
			StringBuilder text = new StringBuilder();
			for (int symbol = random.nextInt(12); symbol >= 0; symbol--) {
				text.append(symbols[random.nextInt(symbols.length)]);
			}
			try {
				ClaimsExpression.parse(text.toString());
				parsed++;
			}
			catch (InvalidClaimsExpressionException ex) {
				assertThat(ex.getMessage()).as("of %s", text)
					.matches("(?s)(line \\d+, )?column \\d+: .*\\R  .*\\R *\\^");
			}
		}
		assertThat(parsed).isPositive();
	}

	@Test
	void parseWhenPathAloneThenTheSameErrors() {
		assertThatExceptionOfType(InvalidClaimsExpressionException.class).isThrownBy(() -> ClaimPath.parse("a..b"))
			.withMessage("""
					column 3: expected a claim's name, write \\. for a dot in a name
					  a..b
					    ^""");
	}

	private static String messageOf(String expression) {
		InvalidClaimsExpressionException ex = catchThrowableOfType(InvalidClaimsExpressionException.class,
				() -> ClaimsExpression.parse(expression));
		assertThat(ex).as("parsed: %s", expression).isNotNull();
		return String.valueOf(ex.getMessage());
	}

}
