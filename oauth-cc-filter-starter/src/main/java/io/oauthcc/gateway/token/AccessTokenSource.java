package io.oauthcc.gateway.token;

import reactor.core.publisher.Mono;

/**
 * Where usable access tokens come from: memory, or a token endpoint.
 * <p>
 * Implementations are safe for use by many threads and never block.
 */
@FunctionalInterface
public interface AccessTokenSource {

	/**
	 * Obtain a token.
	 * @param request what is asked for, and by whom
	 * @return the token, never empty; {@link AccessTokenException} if there is none to be
	 * had. Cancelling ends the wait and nothing else.
	 */
	Mono<AccessToken> getToken(AccessTokenRequest request);

}
