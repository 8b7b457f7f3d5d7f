package io.oauthcc.gateway.token;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Tokens that several gateways share. Whatever happens to it, nobody hears of it but the
 * operator: there is then only nothing in it.
 * <p>
 * Implementations are safe for use by many threads and never block.
 */
public interface TokenStore {

	/**
	 * Makes the keys that all gateways with the same store agree on.
	 * @return the generator for requests of grants with this store
	 */
	TokenKeyGenerator keys();

	/**
	 * Look for a token.
	 * @param request what is asked for, and by whom
	 * @param outdated a token that is not to be found again, nor an older one, or
	 * {@code null}
	 * @return a usable token, or empty; never an error
	 */
	Mono<AccessToken> find(AccessTokenRequest request, @Nullable AccessToken outdated);

	/**
	 * Obtain a token that is not there, or a newer one, in such a way that of all
	 * gateways one asks the token endpoint.
	 * @param request what is asked for, and by whom
	 * @param outdated the token that is to be replaced, or {@code null} if there is none
	 * @param fetch asks the token endpoint
	 * @return a token that another gateway or {@code fetch} obtained, or the error of
	 * {@code fetch}
	 */
	Mono<AccessToken> fetchOnce(AccessTokenRequest request, @Nullable AccessToken outdated, Mono<AccessToken> fetch);

	/**
	 * Drop a token here and from the memory of all gateways.
	 * @param request the request that the token is of
	 * @param dropped the token
	 */
	void evict(AccessTokenRequest request, AccessToken dropped);

	/**
	 * Get ready, in the background, for tokens of a grant.
	 * @param grant the grant
	 */
	void prepare(ClientCredentialsGrant grant);

	/**
	 * Drop all tokens of a grant here and from the memory of all other gateways.
	 * @param grant the grant
	 */
	void evictAll(ClientCredentialsGrant grant);

	/**
	 * Whether it is used at present.
	 * @return {@code false} while it is left alone since it did not do as it was asked
	 */
	boolean isAvailable();

}
