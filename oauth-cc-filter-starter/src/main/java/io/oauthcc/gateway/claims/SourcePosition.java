package io.oauthcc.gateway.claims;

/**
 * A place in a text that a user wrote.
 *
 * @param source the text
 * @param position the index of a character, or the text's length
 */
record SourcePosition(String source, int position) {

	/** How many characters are shown on either side. */
	private static final int REACH = 40;

	private static final String INDENT = "  ";

	/**
	 * Explain what is wrong at the place.
	 * @param problem what is wrong
	 * @return where and what, then the place, then a caret
	 */
	String explain(String problem) {
		int lineStart = startOfLine();
		int from = snap(Math.max(lineStart, this.position - REACH));
		int to = snap(Math.min(endOfLine(), this.position + REACH));
		String before = ((from > lineStart) ? "…" : "") + Printable.of(this.source.substring(from, this.position));
		String after = Printable.of(this.source.substring(this.position, to)) + ((to < endOfLine()) ? "…" : "");
		return "%s: %s\n%s\n%s^".formatted(describe(), problem, INDENT + before + after,
				INDENT + " ".repeat(lengthOf(before)));
	}

	private String describe() {
		int column = lengthOf(this.source.substring(startOfLine(), this.position)) + 1;
		boolean severalLines = this.source.strip().lines().limit(2).count() > 1;
		return severalLines ? "line %d, column %d".formatted(line(), column) : "column %d".formatted(column);
	}

	private long line() {
		return this.source.substring(0, startOfLine()).lines().count() + 1;
	}

	private int startOfLine() {
		int start = this.position;
		while (start > 0 && !isLineBreak(start - 1)) {
			start--;
		}
		return start;
	}

	private int endOfLine() {
		int end = this.position;
		while (end < this.source.length() && !isLineBreak(end)) {
			end++;
		}
		return end;
	}

	private boolean isLineBreak(int index) {
		return this.source.charAt(index) == '\n' || this.source.charAt(index) == '\r';
	}

	/** Not between the two halves of a character. */
	private int snap(int index) {
		boolean between = index > 0 && index < this.source.length()
				&& Character.isSurrogatePair(this.source.charAt(index - 1), this.source.charAt(index));
		return between ? index - 1 : index;
	}

	private static int lengthOf(String text) {
		return text.codePointCount(0, text.length());
	}

}
