package io.oauthcc.gateway.token;

/**
 * A wish for an access token.
 *
 * @param grant what is asked for, and where
 * @param credentials who asks
 * @param key identifies all requests that are alike
 * @param family identifies all requests of grants that are alike, whoever asks
 */
public record AccessTokenRequest(ClientCredentialsGrant grant, ClientCredentials credentials, TokenKey key,
		TokenKey family) {

}
