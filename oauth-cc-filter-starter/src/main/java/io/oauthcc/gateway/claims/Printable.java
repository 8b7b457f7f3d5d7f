package io.oauthcc.gateway.claims;

/**
 * A text that can be shown on one line, whatever is in it.
 */
final class Printable {

	private Printable() {
	}

	/**
	 * Replace what would move the cursor or show nothing.
	 * @param text any text
	 * @return a text of as many characters
	 */
	static String of(String text) {
		StringBuilder printable = new StringBuilder(text.length());
		text.codePoints().forEach((character) -> printable.appendCodePoint(isPrintable(character) ? character : '?'));
		return printable.toString();
	}

	/**
	 * Describe a character, one that is not seen or hard to tell by its number.
	 * @param character the code point
	 * @return the character in quotes, or its number
	 */
	static String describe(int character) {
		return (character > ' ' && character <= '~') ? "'%c'".formatted(character) : "U+%04X".formatted(character);
	}

	private static boolean isPrintable(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE ->
				false;
			default -> true;
		};
	}

}
