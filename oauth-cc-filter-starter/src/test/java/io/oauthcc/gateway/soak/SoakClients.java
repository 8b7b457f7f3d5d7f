package io.oauthcc.gateway.soak;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Which secrets clients have, of which each change makes another version. The former one
 * is good until it is withdrawn.
 */
final class SoakClients {

	private final Map<String, Integer> versions = new ConcurrentHashMap<>();

	private final Map<String, Integer> oldest = new ConcurrentHashMap<>();

	private final Map<String, Long> withdrawn = new ConcurrentHashMap<>();

	static String secret(String client, int version) {
		return "hush-" + client + "-" + version;
	}

	int version(String client) {
		return this.versions.getOrDefault(client, 0);
	}

	/** The version that a secret is, -1 for none that is good. */
	int versionOf(String client, String secret) {
		return IntStream.rangeClosed(this.oldest.getOrDefault(client, 0), version(client))
			.filter((version) -> secret(client, version).equals(secret))
			.findFirst()
			.orElse(-1);
	}

	private boolean isGood(String client, int version) {
		return version >= this.oldest.getOrDefault(client, 0) && version <= version(client);
	}

	/** Give it another secret beside the one that it has. */
	void change(String client) {
		this.versions.merge(client, 1, Integer::sum);
	}

	/** Let the last secret alone be good. */
	void withdraw(String client) {
		this.withdrawn.put(client, System.currentTimeMillis());
		this.oldest.put(client, version(client));
	}

	/** For how long a version has not been good, in milliseconds; 0 if it is. */
	long outdatedFor(String client, int version) {
		return isGood(client, version) ? 0 : System.currentTimeMillis() - this.withdrawn.getOrDefault(client, 0L);
	}

}
