package io.oauthcc.gateway.claims;

/**
 * A text is no claims expression, or no claim's key. The message says where and why, and
 * shows the place with a caret under it, on lines of their own.
 */
public class InvalidClaimsExpressionException extends RuntimeException {

	InvalidClaimsExpressionException(String problem, String source, int position) {
		super(new SourcePosition(source, position).explain(problem));
	}

}
