package io.oauthcc.gateway.claims;

/**
 * An argument of a function, where it stands in the expression.
 *
 * @param source the whole expression
 * @param start the index of its first character, after the backquote
 * @param end the index of the backquote after it
 */
record Argument(String source, int start, int end) {

	String text() {
		return this.source.substring(this.start, this.end);
	}

	/** The text, which must not be empty: every string begins with, and contains, it. */
	String nonEmpty() {
		if (this.start == this.end) {
			throw invalid("expected a text that is not empty");
		}
		return text();
	}

	ClaimPath path() {
		return ClaimPath.parse(this.source, this.start, this.end);
	}

	InvalidClaimsExpressionException invalid(String problem) {
		return new InvalidClaimsExpressionException(problem, this.source, this.start);
	}

}
