package io.oauthcc.gateway.token;

/**
 * The token requests of one grant.
 *
 * @see TokenKeyGenerator#requestsOf(ClientCredentialsGrant)
 */
@FunctionalInterface
public interface AccessTokenRequests {

	/**
	 * The request with which a client asks for a token.
	 * @param credentials the client's credentials
	 * @return the request
	 */
	AccessTokenRequest with(ClientCredentials credentials);

}
