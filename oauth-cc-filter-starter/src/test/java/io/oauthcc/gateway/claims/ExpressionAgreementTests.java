package io.oauthcc.gateway.claims;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ClaimsExpression} agrees with a second evaluator, {@link NaiveExpression}.
 */
class ExpressionAgreementTests {

	private static final long SEED = 20261128;

	private static final int TREES = 25_000;

	private final RandomExpressions random = new RandomExpressions(SEED);

	@Test
	void testWhenRandomTreesThenBothEvaluatorsAgree(TestReporter reporter) {
		reporter.publishEntry("seed", Long.toString(SEED));
		int held = 0;
		int compared = 0;
		while (compared < TREES) {
			NaiveExpression naive = this.random.expression(5);
			String text = this.random.write(naive);
			if (text.length() > ExpressionParser.MAXIMUM_LENGTH) {
				continue;
			}
			held += agree(naive, text, compared++) ? 1 : 0;
		}
		assertThat(held).as("trees that hold").isBetween(TREES / 4, TREES * 3 / 4);
	}

	private boolean agree(NaiveExpression naive, String text, int tree) {
		Map<String, Object> claims = this.random.claims(2);
		String json = this.random.json(claims);
		ClaimsExpression expression = ClaimsExpression.parse(text);
		Claims read = TestJwts.claims(json);
		boolean expected = naive.evaluate(claims);
		assertThat(expression.test(read)).as("seed %d, tree %d: %s over %s", SEED, tree, text, json)
			.isEqualTo(expected);
		String part = expression.failingPart(read);
		assertThat(part == null).as("seed %d, tree %d: %s over %s", SEED, tree, text, json).isEqualTo(expected);
		if (part != null) {
			assertThat(ClaimsExpression.parse(part).test(read)).as("seed %d, tree %d: %s", SEED, tree, part).isFalse();
		}
		return expected;
	}

}
