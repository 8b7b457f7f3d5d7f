package io.oauthcc.gateway.secret;

import java.util.Map;

/**
 * What a secret holds at one time, all of it of one version.
 * <p>
 * {@link #toString()} shows no value.
 *
 * @param values what is known of each key
 * @param otherwise what is known of any other key
 */
public record SecretSnapshot(Map<String, SecretValue> values, SecretValue.Missing otherwise) {

	public SecretSnapshot {
		values = Map.copyOf(values);
	}

	/**
	 * A secret of which nothing is there.
	 * @param reason why
	 * @param action what to do about it
	 * @return the snapshot
	 */
	public static SecretSnapshot missing(String reason, String action) {
		return new SecretSnapshot(Map.of(), new SecretValue.Missing(reason, action));
	}

	/**
	 * What is known of a key.
	 * @param key the key
	 * @return its value, or why there is none
	 */
	public SecretValue value(String key) {
		return this.values.getOrDefault(key, this.otherwise);
	}

	@Override
	public String toString() {
		return "SecretSnapshot" + this.values.keySet();
	}

}
