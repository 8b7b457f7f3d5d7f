package io.oauthcc.gateway.filter;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The connections to the token endpoint.
 */
public class PoolOptions {

	/**
	 * Connections at most, 1 to 4096; by default as many as there may be requests.
	 */
	private @Nullable Integer maxConnections;

	/**
	 * Time after which an unused connection is closed, 1s to 10m.
	 */
	private Duration maxIdleTime = Duration.ofSeconds(30);

	/**
	 * Time after which a connection is not used again, 1s to 24h.
	 */
	private Duration maxLifeTime = Duration.ofMinutes(5);

	public @Nullable Integer getMaxConnections() {
		return this.maxConnections;
	}

	public void setMaxConnections(@Nullable Integer maxConnections) {
		this.maxConnections = maxConnections;
	}

	public Duration getMaxIdleTime() {
		return this.maxIdleTime;
	}

	public void setMaxIdleTime(Duration maxIdleTime) {
		this.maxIdleTime = maxIdleTime;
	}

	public Duration getMaxLifeTime() {
		return this.maxLifeTime;
	}

	public void setMaxLifeTime(Duration maxLifeTime) {
		this.maxLifeTime = maxLifeTime;
	}

}
