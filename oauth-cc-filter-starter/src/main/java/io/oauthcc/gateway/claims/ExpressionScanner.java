package io.oauthcc.gateway.claims;

/**
 * Goes through an expression symbol by symbol, skipping white space before each.
 */
final class ExpressionScanner {

	private static final String WHITE_SPACE = " \t\r\n";

	/** Of an unknown name no more is shown. */
	private static final int LONGEST_NAME = 40;

	private final String source;

	/** Where white space alone follows, if anything. */
	private final int end;

	private int position;

	ExpressionScanner(String source) {
		this.source = source;
		int last = source.length();
		while (last > 0 && isWhiteSpace(last - 1)) {
			last--;
		}
		this.end = last;
	}

	/** Where the next symbol is. */
	int next() {
		while (this.position < this.end && isWhiteSpace(this.position)) {
			this.position++;
		}
		return this.position;
	}

	boolean atEnd() {
		return next() == this.end;
	}

	/** Pass the symbol if it is the next. */
	boolean accept(String symbol) {
		if (!this.source.startsWith(symbol, next())) {
			return false;
		}
		this.position += symbol.length();
		return true;
	}

	/** Pass a name. */
	String name(String expected) {
		int start = next();
		while (this.position < this.end && isNameCharacter(this.source.charAt(this.position))) {
			this.position++;
		}
		if (start == this.position) {
			throw unexpected(expected);
		}
		return this.source.substring(start, this.position);
	}

	/** Pass a text in backquotes. There is no escape for a backquote within it. */
	Argument argument() {
		int quote = next();
		if (!accept("`")) {
			throw unexpected("an argument in backquotes");
		}
		int closing = this.source.indexOf('`', this.position);
		if (closing < 0) {
			throw new InvalidClaimsExpressionException("expected another backquote, to end the argument", this.source,
					quote);
		}
		Argument argument = new Argument(this.source, this.position, closing);
		this.position = closing + 1;
		return argument;
	}

	InvalidClaimsExpressionException unexpected(String expected) {
		int at = next();
		return invalid("expected %s but found %s".formatted(expected, describeNext()), at);
	}

	InvalidClaimsExpressionException invalid(String problem, int at) {
		return new InvalidClaimsExpressionException(problem, this.source, at);
	}

	private String describeNext() {
		if (atEnd()) {
			return "the end";
		}
		int character = this.source.codePointAt(this.position);
		return isNameCharacter(character) ? "'%s'".formatted(abbreviate(name("a name")))
				: Printable.describe(character);
	}

	static String abbreviate(String name) {
		return (name.length() > LONGEST_NAME) ? name.substring(0, LONGEST_NAME) + "…" : name;
	}

	private boolean isWhiteSpace(int index) {
		return WHITE_SPACE.indexOf(this.source.charAt(index)) >= 0;
	}

	private static boolean isNameCharacter(int character) {
		return character <= '~' && (Character.isLetterOrDigit(character) || character == '_');
	}

}
