package io.oauthcc.gateway.claims;

/**
 * Strings as JSON writes them (RFC 8259, section 7). Escapes more than it must: what
 * comes out is visible ASCII and spaces, which a header may carry.
 */
final class JsonStrings {

	private JsonStrings() {
	}

	static void append(String value, StringBuilder json) {
		json.append('"');
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (character == '"' || character == '\\') {
				json.append('\\').append(character);
			}
			else if (character < ' ' || character > '~') {
				json.append("\\u%04x".formatted((int) character));
			}
			else {
				json.append(character);
			}
		}
		json.append('"');
	}

}
