package io.oauthcc.gateway.token;

import java.time.Duration;

import reactor.core.publisher.Mono;

/**
 * Sends one request to a token endpoint. A bean of this type replaces the one that the
 * starter brings; retries, circuit breaker and bulkhead stand before it all the same.
 * <p>
 * Implementations are safe for use by many threads and never block.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2">RFC 6749, section
 * 4.4.2</a>
 */
@FunctionalInterface
public interface AccessTokenClient {

	/**
	 * Ask the token endpoint, once for each subscription.
	 * @param request what is asked for, and by whom
	 * @param timeout the limit of this one request, which may be less than the grant's
	 * @return the response, never empty; {@link AccessTokenException} if there is none
	 * that holds a usable token
	 */
	Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout);

	/**
	 * Get ready, in the background, for a request that may come. Does nothing by default.
	 * @param grant the grant of the request
	 */
	default void prepare(ClientCredentialsGrant grant) {
	}

}
