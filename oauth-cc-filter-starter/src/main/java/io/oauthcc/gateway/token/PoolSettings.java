package io.oauthcc.gateway.token;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The connections to one token endpoint.
 *
 * @param maxConnections how many there are at most, or {@code null} for as many as there
 * may be requests
 * @param maxIdleTime after which an unused one is closed
 * @param maxLifeTime after which one is not used again
 */
public record PoolSettings(@Nullable Integer maxConnections, Duration maxIdleTime, Duration maxLifeTime) {

}
