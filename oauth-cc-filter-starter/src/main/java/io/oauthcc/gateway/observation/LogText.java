package io.oauthcc.gateway.observation;

import java.nio.charset.StandardCharsets;

/**
 * Makes one word of any text, which no line of a log can be forged with: what is no
 * visible ASCII is written as {@code \xhh}, as servers do in access logs.
 */
final class LogText {

	private static final int LONGEST = 256;

	private LogText() {
	}

	static String of(String text) {
		StringBuilder word = new StringBuilder();
		String shown = (text.length() > LONGEST) ? text.substring(0, LONGEST) : text;
		for (byte octet : shown.getBytes(StandardCharsets.UTF_8)) {
			if (octet > ' ' && octet <= '~' && octet != '"' && octet != '\\') {
				word.append((char) octet);
			}
			else {
				word.append("\\x%02x".formatted(octet));
			}
		}
		return (shown.length() < text.length()) ? word + "..." : word.toString();
	}

}
