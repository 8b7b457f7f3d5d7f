package io.oauthcc.gateway.claims;

import org.jspecify.annotations.Nullable;

/**
 * A condition on the claims of a token, such as
 * <code>Equals(`grp`, `admin`) &amp;&amp; !Contains(`areas`, `lab`)</code>. The functions
 * are {@code Equals}, {@code Prefix}, {@code Contains}, {@code SplitContains} and
 * {@code OneOf}; a claim that is missing, {@code null} or an object makes each of them
 * false, and so a negation true.
 * <p>
 * Immutable, and equal by the text.
 */
public final class ClaimsExpression {

	private final String source;

	private final Node root;

	private ClaimsExpression(String source, Node root) {
		this.source = source;
		this.root = root;
	}

	/**
	 * Read an expression.
	 * @param expression the expression as a user writes it, of at most 4096 characters,
	 * with at most 32 negations and parentheses within each other
	 * @return the expression
	 * @throws InvalidClaimsExpressionException if it is none, also if it is blank
	 */
	public static ClaimsExpression parse(String expression) {
		return new ClaimsExpression(expression, ExpressionParser.parse(expression));
	}

	/**
	 * Whether the claims hold. Throws nothing, whatever they are.
	 * @param claims the claims of a token
	 * @return whether they hold
	 */
	public boolean test(Claims claims) {
		return this.root.test(claims);
	}

	/**
	 * Tell an operator why the claims do not hold. Of terms that are joined by {@code &&}
	 * that is the first which does not hold, else the whole.
	 * @param claims the claims of a token
	 * @return a part of the expression on one line, without a claim's value, or
	 * {@code null} if the claims hold
	 */
	public @Nullable String failingPart(Claims claims) {
		return test(claims) ? null : Printable.of(this.root.failingPart(claims).toString());
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ClaimsExpression expression && this.source.equals(expression.source);
	}

	@Override
	public int hashCode() {
		return this.source.hashCode();
	}

	/**
	 * The expression as its user wrote it.
	 * @return the text
	 */
	@Override
	public String toString() {
		return this.source;
	}

}
