package io.oauthcc.gateway.claims;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes {@link ClaimsExpression}: an expression, an empty line, claims.
 */
class ClaimsExpressionFuzzTests {

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void parseWhenAnyTextThenVerdictOrMessage(byte[] input) {
		FuzzInput parts = FuzzInput.of(input);
		String text = FuzzInput.text(parts.head());
		ClaimsExpression expression;
		try {
			expression = ClaimsExpression.parse(text);
		}
		catch (InvalidClaimsExpressionException ex) {
			assertThat(ex.getMessage()).matches(FuzzInput.MESSAGE);
			return;
		}
		assertThat(expression).hasToString(text).isEqualTo(ClaimsExpression.parse(expression.toString()));
		Node root = ExpressionParser.parse(text);
		assertWritten(root);
		assertVerdict(expression, root, FuzzInput.claims(parts.body()));
	}

	/** What a part is written as is read as that part. */
	private static void assertWritten(Node root) {
		Node read;
		try {
			read = ExpressionParser.parse(root.toString());
		}
		catch (InvalidClaimsExpressionException ex) {
			// Has more white space and parentheses than the user wrote.
			assertThat(ex.getMessage()).contains(": expected at most ");
			return;
		}
		assertThat(read).isEqualTo(root);
	}

	private static void assertVerdict(ClaimsExpression expression, Node root, Claims claims) {
		boolean verdict = expression.test(claims);
		String failing = expression.failingPart(claims);
		assertThat(failing == null).isEqualTo(verdict);
		if (failing != null) {
			assertThat(failing).isNotBlank();
			assertThat(failing.chars().anyMatch(Character::isISOControl)).isFalse();
			assertThat(root.failingPart(claims).test(claims)).isFalse();
		}
	}

}
