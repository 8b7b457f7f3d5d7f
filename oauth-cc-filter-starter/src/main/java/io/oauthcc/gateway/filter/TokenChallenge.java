package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reads the challenges of a 401 (RFC 9110, section 11.6.1), which may be several in one
 * header: whether one of them says that the token is at fault (RFC 6750, section 3.1), or
 * that its proof lacks a nonce (RFC 9449, section 9).
 */
final class TokenChallenge {

	private static final Set<String> SCHEMES = Set.of("bearer", "dpop");

	private final String text;

	private int position;

	private TokenChallenge(String text) {
		this.text = text;
	}

	static boolean saysInvalidToken(HttpHeaders headers) {
		return says(headers, "invalid_token");
	}

	static boolean saysUseNonce(HttpHeaders headers) {
		return says(headers, "use_dpop_nonce");
	}

	private static boolean says(HttpHeaders headers, String error) {
		List<String> challenges = headers.get(HttpHeaders.WWW_AUTHENTICATE);
		return challenges != null && challenges.stream().anyMatch((text) -> new TokenChallenge(text).says(error));
	}

	private boolean says(String error) {
		boolean aboutToken = false;
		while (this.position < this.text.length()) {
			String word = word();
			if (word.isEmpty()) {
				this.position++;
				continue;
			}
			String value = value();
			if (value == null) {
				// A word without a value is a scheme; what follows belongs to it.
				aboutToken = SCHEMES.contains(word.toLowerCase(Locale.ROOT));
			}
			else if (aboutToken && "error".equalsIgnoreCase(word) && error.equals(value)) {
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
