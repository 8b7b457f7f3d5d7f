package io.oauthcc.gateway.filter;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import io.oauthcc.gateway.token.ClientCredentials;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reads the credentials that a caller sends with the scheme {@code Basic} (RFC 7617), and
 * takes nothing for credentials that is not exactly that.
 */
final class BasicCredentials {

	private static final String SCHEME = "Basic ";

	/** Far more than any id and secret need. */
	private static final int MAXIMUM_LENGTH = 4096;

	private BasicCredentials() {
	}

	/**
	 * Read the credentials.
	 * @param headers the headers of the caller's request
	 * @return the credentials, or {@code null} if there are none or they are malformed
	 */
	static @Nullable ClientCredentials of(HttpHeaders headers) {
		List<String> values = headers.get(HttpHeaders.AUTHORIZATION);
		if (values == null || values.size() != 1) {
			return null;
		}
		String authorization = values.get(0);
		if (authorization == null || authorization.length() > MAXIMUM_LENGTH
				|| !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
			return null;
		}
		String pair = decode(authorization);
		int colon = (pair != null) ? pair.indexOf(':') : -1;
		if (pair == null || colon < 1 || hasControl(pair)) {
			return null;
		}
		return ClientCredentials.ofCaller(pair.substring(0, colon), pair.substring(colon + 1), authorization);
	}

	private static boolean hasControl(String pair) {
		for (int i = 0; i < pair.length(); i++) {
			if (Character.isISOControl(pair.charAt(i))) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable String decode(String authorization) {
		int start = SCHEME.length();
		while (start < authorization.length() && authorization.charAt(start) == ' ') {
			start++;
		}
		try {
			byte[] bytes = Base64.getDecoder().decode(authorization.substring(start));
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (IllegalArgumentException | CharacterCodingException ex) {
			// The caller hears that its credentials are malformed, whatever is wrong.
			return null;
		}
	}

}
