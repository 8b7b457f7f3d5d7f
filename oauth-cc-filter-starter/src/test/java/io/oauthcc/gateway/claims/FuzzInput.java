package io.oauthcc.gateway.claims;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;

import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;

/**
 * What a fuzzer makes up, in two parts with an empty line between them, so that seeds can
 * be read and written by hand.
 */
final class FuzzInput {

	/** What {@link InvalidClaimsExpressionException} always says. */
	static final Pattern MESSAGE = Pattern.compile("(?s)(line \\d+, )?column \\d+: \\S[^\\n]*+\\n  [^\\n]*+\\n *+\\^");

	/** Of private use, where UTF-8 has nothing for half a character. */
	private static final char HALVES = '\ue000';

	private final byte[] head;

	private final byte[] body;

	private FuzzInput(byte[] head, byte[] body) {
		this.head = head;
		this.body = body;
	}

	static FuzzInput of(byte[] input) {
		for (int i = 1; i < input.length; i++) {
			if (input[i - 1] == '\n' && input[i] == '\n') {
				return new FuzzInput(Arrays.copyOf(input, i - 1), Arrays.copyOfRange(input, i + 1, input.length));
			}
		}
		return new FuzzInput(input, new byte[0]);
	}

	/** What is before the first empty line. */
	byte[] head() {
		return this.head;
	}

	/** What is after it. */
	byte[] body() {
		return this.body;
	}

	/** Any text at all: U+E000 to U+E7FF stand for the halves U+D800 to U+DFFF. */
	static String text(byte[] utf8) {
		char[] characters = new String(utf8, StandardCharsets.UTF_8).toCharArray();
		for (int i = 0; i < characters.length; i++) {
			if (characters[i] >= HALVES && characters[i] < HALVES + 0x800) {
				characters[i] = (char) (characters[i] - 0x800);
			}
		}
		return new String(characters);
	}

	/** Claims, of which there are none if the text is no JSON object. */
	static Claims claims(byte[] json) {
		try {
			return new Claims(new ClaimsReader("payload").read(json));
		}
		catch (MalformedTokenException ex) {
			return new Claims(new ObjectValue(Map.of()));
		}
	}

}
