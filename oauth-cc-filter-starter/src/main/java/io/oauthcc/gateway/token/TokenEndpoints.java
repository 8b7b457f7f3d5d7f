package io.oauthcc.gateway.token;

import java.time.Instant;

import reactor.core.publisher.Mono;

/**
 * Asks token endpoints for tokens, as often and for as long as the grant's limits allow,
 * and not at all while an endpoint is better left alone.
 * <p>
 * Implementations are safe for use by many threads and never block.
 */
@FunctionalInterface
public interface TokenEndpoints {

	/**
	 * Ask for a token.
	 * @param request what is asked for, and by whom
	 * @param standing what is known of the credentials; the better, the sooner there is a
	 * place for the request
	 * @param deadline when the whole must be done
	 * @return the token, never empty, within the grant's limits and by the deadline; its
	 * lifetime counts from when the request was sent that obtained it.
	 * {@link AccessTokenException} if there is none.
	 */
	Mono<AccessToken> ask(AccessTokenRequest request, Standing standing, Instant deadline);

	/**
	 * Get ready, in the background, for a request that may come. Does nothing by default.
	 * @param grant the grant of the request
	 */
	default void prepare(ClientCredentialsGrant grant) {
	}

	/**
	 * Whether the token endpoint of a grant is asked at present.
	 * @param grant the grant
	 * @return the state, by default that it is
	 */
	default EndpointState stateOf(ClientCredentialsGrant grant) {
		return EndpointState.CLOSED;
	}

}
