package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Where gateways share tokens.
 */
public class StoreOptions {

	/**
	 * Use a store of oauth-cc.stores.
	 */
	private @Nullable String name;

	/**
	 * Beginning of each key in Redis.
	 */
	private @Nullable String keyPrefix;

	/**
	 * Secret that entries are encrypted under, 16, 24 or 32 characters.
	 */
	private @Nullable String secret;

	/**
	 * Secrets that entries were encrypted under before; they are read, never written.
	 */
	private List<String> previousSecrets = new ArrayList<>();

	/**
	 * Time for which one gateway alone may ask for a token unless it extends it, 500ms to
	 * 30s.
	 */
	private Duration lease = Duration.ofSeconds(2);

	/**
	 * Time for which the other gateways wait for it, 100ms to 30s.
	 */
	private Duration patience = Duration.ofSeconds(3);

	private Redis redis = new Redis();

	public @Nullable String getName() {
		return this.name;
	}

	public void setName(@Nullable String name) {
		this.name = name;
	}

	public @Nullable String getKeyPrefix() {
		return this.keyPrefix;
	}

	public void setKeyPrefix(@Nullable String keyPrefix) {
		this.keyPrefix = keyPrefix;
	}

	public @Nullable String getSecret() {
		return this.secret;
	}

	public void setSecret(@Nullable String secret) {
		this.secret = secret;
	}

	public List<String> getPreviousSecrets() {
		return this.previousSecrets;
	}

	public void setPreviousSecrets(List<String> previousSecrets) {
		this.previousSecrets = previousSecrets;
	}

	public Duration getLease() {
		return this.lease;
	}

	public void setLease(Duration lease) {
		this.lease = lease;
	}

	public Duration getPatience() {
		return this.patience;
	}

	public void setPatience(Duration patience) {
		this.patience = patience;
	}

	public Redis getRedis() {
		return this.redis;
	}

	public void setRedis(Redis redis) {
		this.redis = redis;
	}

	/**
	 * Where the Redis is.
	 */
	public static class Redis {

		/**
		 * Nodes, or sentinels, as host:port.
		 */
		private List<String> endpoints = new ArrayList<>();

		/**
		 * User.
		 */
		private @Nullable String username;

		/**
		 * Password.
		 */
		private @Nullable String password;

		/**
		 * Number of the database, 0 to 1000.
		 */
		private int database = 0;

		/**
		 * Present, as in cluster: true or cluster: {}, if the nodes form a cluster.
		 */
		private @Nullable String cluster;

		/**
		 * Limit of one command, 10ms to 10s.
		 */
		private Duration timeout = Duration.ofMillis(250);

		/**
		 * Use spring for the application's own connection.
		 */
		private @Nullable String connection;

		private Sentinel sentinel = new Sentinel();

		@NestedConfigurationProperty
		private TlsOptions tls = new TlsOptions();

		public List<String> getEndpoints() {
			return this.endpoints;
		}

		public void setEndpoints(List<String> endpoints) {
			this.endpoints = endpoints;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

		public int getDatabase() {
			return this.database;
		}

		public void setDatabase(int database) {
			this.database = database;
		}

		public @Nullable String getCluster() {
			return this.cluster;
		}

		public void setCluster(@Nullable String cluster) {
			this.cluster = cluster;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public @Nullable String getConnection() {
			return this.connection;
		}

		public void setConnection(@Nullable String connection) {
			this.connection = connection;
		}

		public Sentinel getSentinel() {
			return this.sentinel;
		}

		public void setSentinel(Sentinel sentinel) {
			this.sentinel = sentinel;
		}

		public TlsOptions getTls() {
			return this.tls;
		}

		public void setTls(TlsOptions tls) {
			this.tls = tls;
		}

	}

	/**
	 * How sentinels are asked for the master.
	 */
	public static class Sentinel {

		/**
		 * Name of the master.
		 */
		private @Nullable String masterSet;

		/**
		 * User of the sentinels.
		 */
		private @Nullable String username;

		/**
		 * Password of the sentinels.
		 */
		private @Nullable String password;

		public @Nullable String getMasterSet() {
			return this.masterSet;
		}

		public void setMasterSet(@Nullable String masterSet) {
			this.masterSet = masterSet;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

	}

}
