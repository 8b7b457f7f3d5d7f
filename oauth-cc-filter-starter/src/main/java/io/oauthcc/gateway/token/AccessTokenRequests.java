package io.oauthcc.gateway.token;

/**
 * The token requests of one grant.
 *
 * @see TokenKeyGenerator#requestsOf(ClientCredentialsGrant)
 */
public interface AccessTokenRequests {

	/**
	 * Identifies all of them, and those of grants that are alike.
	 * @return the key of the grant, without credentials
	 */
	TokenKey family();

	/**
	 * The request with which a client asks for a token.
	 * @param credentials the client's credentials
	 * @return the request
	 */
	AccessTokenRequest with(ClientCredentials credentials);

}
