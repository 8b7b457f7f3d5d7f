package io.oauthcc.gateway.filter;

import java.nio.ByteBuffer;
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
		List<String> values = headers.get(HeaderNames.AUTHORIZATION);
		if (values == null || values.size() != 1) {
			return null;
		}
		String authorization = values.get(0);
		if (authorization == null || authorization.length() > MAXIMUM_LENGTH
				|| !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
			return null;
		}
		return credentialsIn(authorization);
	}

	/** The colon between the two is one in their bytes as well, whatever they are. */
	private static @Nullable ClientCredentials credentialsIn(String authorization) {
		ByteBuffer pair = decode(authorization);
		if (pair == null) {
			return null;
		}
		byte[] bytes = pair.array();
		int start = pair.arrayOffset();
		int end = start + pair.limit();
		int colon = start;
		while (colon < end && bytes[colon] != ':') {
			colon++;
		}
		if (colon == start || colon == end) {
			return null;
		}
		return isText(bytes, start, colon) && isText(bytes, colon + 1, end)
				? ClientCredentials.ofCaller(pair, colon - start, authorization) : null;
	}

	/** Whether it is UTF-8 without control characters; nearly all is ASCII. */
	private static boolean isText(byte[] bytes, int start, int end) {
		for (int i = start; i < end; i++) {
			if (bytes[i] < 0) {
				return isUnicodeText(bytes, start, end);
			}
			if (Character.isISOControl(bytes[i])) {
				return false;
			}
		}
		return true;
	}

	private static boolean isUnicodeText(byte[] bytes, int start, int end) {
		String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
		return text.chars().noneMatch(Character::isISOControl)
				// What is no UTF-8 has become something else.
				&& ByteBuffer.wrap(bytes, start, end - start)
					.equals(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
	}

	private static @Nullable ByteBuffer decode(String authorization) {
		int start = SCHEME.length();
		while (start < authorization.length() && authorization.charAt(start) == ' ') {
			start++;
		}
		byte[] header = authorization.getBytes(StandardCharsets.ISO_8859_1);
		try {
			return Base64.getDecoder().decode(ByteBuffer.wrap(header, start, header.length - start));
		}
		catch (IllegalArgumentException ex) {
			// The caller hears that its credentials are malformed, whatever is wrong.
			return null;
		}
	}

}
