package io.oauthcc.gateway.secret;

import java.nio.charset.StandardCharsets;

/**
 * What is known of one value of a secret.
 */
public sealed interface SecretValue {

	/**
	 * It is there.
	 * <p>
	 * {@link #toString()} does not show it.
	 *
	 * @param text the value
	 */
	record Present(String text) implements SecretValue {

		/**
		 * A value without the line end that editors and {@code echo} leave there.
		 * @param bytes the value as UTF-8
		 * @return the value
		 */
		public static Present of(byte[] bytes) {
			int end = bytes.length;
			while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
				end--;
			}
			return new Present(new String(bytes, 0, end, StandardCharsets.UTF_8));
		}

		@Override
		public String toString() {
			return "Present[]";
		}

	}

	/**
	 * It is not there now.
	 *
	 * @param reason why, as in "there is no secret of that name"
	 * @param action what to do about it, as in "Create it."
	 */
	record Missing(String reason, String action) implements SecretValue {

	}

}
