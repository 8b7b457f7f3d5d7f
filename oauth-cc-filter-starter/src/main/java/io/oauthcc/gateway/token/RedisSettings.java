package io.oauthcc.gateway.token;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is, and how to connect to it.
 * <p>
 * {@link #toString()} shows no password and no key.
 *
 * @param applicationConnection whether the application's own connection is used, and
 * everything else is of no account but the timeout
 * @param endpoints host and port of each node, or of each sentinel
 * @param cluster whether the nodes form a cluster
 * @param sentinel how to ask the sentinels, or {@code null} if there are none
 * @param username the user, or {@code null} for the default one
 * @param password the password, or {@code null} for none
 * @param database the number of the database
 * @param tls how to encrypt the connection, or {@code null} not to
 * @param timeout the limit of one command
 */
public record RedisSettings(boolean applicationConnection, List<String> endpoints, boolean cluster,
		@Nullable Sentinel sentinel, @Nullable String username, @Nullable String password, int database,
		@Nullable TlsSettings tls, Duration timeout) {

	public RedisSettings {
		endpoints = List.copyOf(endpoints);
	}

	/**
	 * What an operator knows it by.
	 * @return the endpoints as configured, or {@code spring} for the application's own
	 */
	public String name() {
		return this.applicationConnection ? "spring" : String.join(",", this.endpoints);
	}

	@Override
	public String toString() {
		return "RedisSettings[endpoints=" + this.endpoints + "]";
	}

	/**
	 * How to ask sentinels for the master.
	 *
	 * @param masterSet the name of the master
	 * @param username the user of the sentinels, or {@code null} for the default one
	 * @param password the password of the sentinels, or {@code null} for none
	 */
	public record Sentinel(String masterSet, @Nullable String username, @Nullable String password) {

		@Override
		public String toString() {
			return "Sentinel[masterSet=" + this.masterSet + "]";
		}

	}

}
