package io.oauthcc.gateway.token;

import java.util.Map;

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

	/**
	 * Stop using all tokens of a grant, in all gateways that share them.
	 * @param grant the grant
	 * @param family the key of the grant
	 */
	void dropAll(ClientCredentialsGrant grant, TokenKey family);

	/**
	 * Look for a token in memory without using it.
	 * @param request what is asked for, and by whom
	 * @return a usable token, or {@code null} if there is none
	 */
	@Nullable AccessToken peek(AccessTokenRequest request);

	/**
	 * Whether the token endpoint of a grant is asked at present.
	 * @param grant the grant
	 * @return the state of its circuit breaker
	 */
	EndpointState stateOf(ClientCredentialsGrant grant);

	/**
	 * Whether the store of a grant is used at present.
	 * @param grant the grant
	 * @return {@code false} while it is left alone, or if the grant names none
	 */
	boolean isStoreAvailable(ClientCredentialsGrant grant);

	/**
	 * Count the tokens in memory. Looks through all of them; not for the path of a call.
	 * @return for the key of each grant that has tokens or refusals how many
	 */
	Map<TokenKey, TokenTally> tally();

}
