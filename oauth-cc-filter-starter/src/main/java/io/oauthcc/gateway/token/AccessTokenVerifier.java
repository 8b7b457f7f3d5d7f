package io.oauthcc.gateway.token;

import java.time.Instant;

import reactor.core.publisher.Mono;

/**
 * Verifies tokens before they are used for the first time in this process.
 * <p>
 * Implementations are safe for use by many threads and never block.
 */
@FunctionalInterface
public interface AccessTokenVerifier {

	/**
	 * Verify a token, if its grant asks for that.
	 * @param token the token
	 * @param grant the grant that it is of
	 * @param deadline when whoever waits for it gives up
	 * @return completes empty if the token may be used; {@link AccessTokenException} with
	 * {@link AccessTokenFailure#UNVERIFIED} if not, and with
	 * {@link AccessTokenFailure#UNVERIFIABLE} if that cannot be told now
	 */
	Mono<Void> verify(AccessToken token, ClientCredentialsGrant grant, Instant deadline);

	/**
	 * Get ready, in the background, for a token that may come soon. Does nothing by
	 * default.
	 * @param grant the grant that the token would be of
	 */
	default void prepare(ClientCredentialsGrant grant) {
	}

}
