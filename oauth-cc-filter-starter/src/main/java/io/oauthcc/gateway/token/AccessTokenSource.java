package io.oauthcc.gateway.token;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where usable access tokens come from: memory, or a token endpoint.
 * <p>
 * Implementations are safe for use by many threads and never block.
 */
public interface AccessTokenSource {

	/**
	 * Look for a token in memory.
	 * @param request what is asked for, and by whom
	 * @return a usable token, or {@code null} if there is none
	 */
	@Nullable AccessToken find(AccessTokenRequest request);

	/**
	 * Obtain a token.
	 * @param request what is asked for, and by whom
	 * @param admission asked before a newcomer's request goes to the token endpoint
	 * @return the token, never empty; {@link AccessTokenException} if there is none to be
	 * had. Cancelling ends the wait and nothing else.
	 */
	Mono<AccessToken> getToken(AccessTokenRequest request, Admission admission);

	/**
	 * Have a token obtained for whoever asks next, if none is there or under way; also if
	 * the token endpoint refused one a moment ago.
	 * @param request what is asked for, and by whom
	 */
	void prefetch(AccessTokenRequest request);

	/**
	 * Get ready, in the background, for requests that may come.
	 * @param grant the grant of the requests
	 */
	void prepare(ClientCredentialsGrant grant);

	/**
	 * Stop using a token that a service refused. One that is younger than
	 * {@link CachePolicy#minTokenAge()} is kept: a new one would hardly fare better.
	 * @param request the request that the token is of
	 * @param refused the token
	 * @return {@code true} if another token may be obtained now, since this one is no
	 * longer in use
	 */
	boolean drop(AccessTokenRequest request, AccessToken refused);

}
