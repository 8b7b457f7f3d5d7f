package io.oauthcc.gateway.filter;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reads the challenges of a 401 (RFC 9110, section 11.6.1), which may be several in one
 * header: whether one of them says that the token is at fault (RFC 6750, section 3.1).
 */
final class BearerChallenge {

	private static final String BEARER = "Bearer";

	private final String text;

	private int position;

	private BearerChallenge(String text) {
		this.text = text;
	}

	static boolean saysInvalidToken(HttpHeaders headers) {
		List<String> challenges = headers.get(HttpHeaders.WWW_AUTHENTICATE);
		return challenges != null
				&& challenges.stream().anyMatch((text) -> new BearerChallenge(text).saysInvalidToken());
	}

	private boolean saysInvalidToken() {
		boolean bearer = false;
		while (this.position < this.text.length()) {
			String word = word();
			if (word.isEmpty()) {
				this.position++;
				continue;
			}
			String value = value();
			if (value == null) {
				// A word without a value is a scheme; what follows belongs to it.
				bearer = BEARER.equalsIgnoreCase(word);
			}
			else if (bearer && "error".equalsIgnoreCase(word) && "invalid_token".equals(value)) {
				return true;
			}
		}
		return false;
	}

	private String word() {
		skipSpace();
		int start = this.position;
		while (this.position < this.text.length() && " \t,=\"".indexOf(this.text.charAt(this.position)) < 0) {
			this.position++;
		}
		return this.text.substring(start, this.position);
	}

	private @Nullable String value() {
		int start = this.position;
		skipSpace();
		if (!at('=')) {
			this.position = start;
			return null;
		}
		this.position++;
		skipSpace();
		return at('"') ? quoted() : word();
	}

	private String quoted() {
		StringBuilder value = new StringBuilder();
		this.position++;
		while (this.position < this.text.length() && !at('"')) {
			if (at('\\') && this.position + 1 < this.text.length()) {
				this.position++;
			}
			value.append(this.text.charAt(this.position++));
		}
		this.position++;
		return value.toString();
	}

	private void skipSpace() {
		while (at(' ') || at('\t')) {
			this.position++;
		}
	}

	private boolean at(char character) {
		return this.position < this.text.length() && this.text.charAt(this.position) == character;
	}

}
