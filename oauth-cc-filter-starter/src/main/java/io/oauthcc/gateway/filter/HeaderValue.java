package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;

/**
 * Makes a header's value of any text. One that a header carries unchanged stays as it is;
 * any other becomes an extended value (RFC 8187, section 3.2.1): {@code UTF-8''} and the
 * text, percent-encoded. Two texts never have the same value.
 */
final class HeaderValue {

	private static final String EXTENDED = "UTF-8''";

	/** Of RFC 8187, attr-char: what needs no encoding, besides letters and digits. */
	private static final String PLAIN = "!#$&+-.^_`|~";

	private HeaderValue() {
	}

	static String encode(String text) {
		return isCarried(text) ? text : extended(text);
	}

	/** Visible ASCII, with spaces inside only: those at the ends get lost. */
	private static boolean isCarried(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			boolean atEnd = i == 0 || i == text.length() - 1;
			if (character > '~' || character < ' ' || (character == ' ' && atEnd)) {
				return false;
			}
		}
		return !text.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length());
	}

	private static String extended(String text) {
		StringBuilder value = new StringBuilder(EXTENDED);
		for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
			if (isPlain(octet)) {
				value.append((char) octet);
			}
			else {
				value.append("%%%02X".formatted(octet));
			}
		}
		return value.toString();
	}

	private static boolean isPlain(byte octet) {
		return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9')
				|| (octet > 0 && PLAIN.indexOf(octet) >= 0);
	}

}
