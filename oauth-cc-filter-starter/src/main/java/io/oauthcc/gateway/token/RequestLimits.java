package io.oauthcc.gateway.token;

import java.time.Duration;

/**
 * For how long, and how often, a token endpoint is asked for one token.
 *
 * @param timeout the limit of the connect phase, and of one whole request
 * @param maxRetries how often a request that failed is sent again at most
 * @param acquisitionTimeout the limit of all requests and the waits between them
 */
public record RequestLimits(Duration timeout, int maxRetries, Duration acquisitionTimeout) {

}
