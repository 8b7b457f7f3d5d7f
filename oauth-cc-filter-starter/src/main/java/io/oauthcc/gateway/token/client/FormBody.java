package io.oauthcc.gateway.token.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The body of a request as {@code application/x-www-form-urlencoded} in UTF-8 (RFC 6749,
 * appendix B).
 */
final class FormBody {

	private final StringBuilder form = new StringBuilder(128);

	FormBody add(String name, String value) {
		if (!this.form.isEmpty()) {
			this.form.append('&');
		}
		this.form.append(encode(name)).append('=').append(encode(value));
		return this;
	}

	byte[] toBytes() {
		return this.form.toString().getBytes(StandardCharsets.US_ASCII);
	}

	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
