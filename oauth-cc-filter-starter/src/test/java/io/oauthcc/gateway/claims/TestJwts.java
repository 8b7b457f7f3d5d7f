package io.oauthcc.gateway.claims;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Tokens as an authorization server could issue them, and such as none should.
 */
public final class TestJwts {

	static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}";

	private TestJwts() {
	}

	/** The claims of a token with the payload. */
	static Claims claims(String payload) {
		return JwtClaims.decode(jwt(payload));
	}

	public static String jwt(String payload) {
		return jwt(HEADER, payload);
	}

	static String jwt(String header, String payload) {
		return base64Url(header) + "." + base64Url(payload) + ".c2lnbmF0dXJl";
	}

	static String base64Url(String text) {
		return base64Url(text.getBytes(StandardCharsets.UTF_8));
	}

	static String base64Url(byte[] bytes) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
