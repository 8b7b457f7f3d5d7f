package io.oauthcc.gateway.attempt;

import java.time.Duration;

/**
 * How many credentials that were refused an origin may have before it is turned away.
 *
 * @param window the time over which they are counted
 * @param perAddress how many of one address
 * @param perClient how many of one address for one client id
 * @param maxTrustedIndex how many proxies in front of the gateway vouch for
 * {@code X-Forwarded-For}, 0 for none
 */
public record AttemptLimits(Duration window, int perAddress, int perClient, int maxTrustedIndex) {

}
