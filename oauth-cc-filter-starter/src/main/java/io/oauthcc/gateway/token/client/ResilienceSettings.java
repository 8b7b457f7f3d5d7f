package io.oauthcc.gateway.token.client;

import java.time.Duration;

/**
 * When a token endpoint is left alone, and how many requests it gets at a time.
 *
 * @param failureRateThreshold the percentage of failed requests from which the circuit
 * opens
 * @param slidingWindow the time over which failures are counted, in whole seconds
 * @param minimumNumberOfCalls the requests in that time without which it does not open
 * @param waitInOpenState how long it stays open before one request tries again
 * @param maxConcurrentCalls how many requests may be under way
 */
public record ResilienceSettings(int failureRateThreshold, Duration slidingWindow, int minimumNumberOfCalls,
		Duration waitInOpenState, int maxConcurrentCalls) {

}
