package io.oauthcc.gateway.token.client;

import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;

import org.springframework.http.HttpHeaders;

/**
 * Puts a client's credentials into a token request.
 */
interface ClientAuthenticator {

	void authenticate(ClientCredentials credentials, ClientCredentialsGrant grant, HttpHeaders headers, FormBody form);

	static ClientAuthenticator of(ClientAuthentication method) {
		return switch (method) {
			case CLIENT_SECRET_BASIC -> ClientAuthenticator::inHeader;
			case CLIENT_SECRET_POST -> ClientAuthenticator::inBody;
		};
	}

	private static void inHeader(ClientCredentials credentials, ClientCredentialsGrant grant, HttpHeaders headers,
			FormBody form) {
		String authorization = credentials.authorization();
		headers.set(HttpHeaders.AUTHORIZATION,
				(authorization != null) ? authorization : BasicHeader.of(credentials, grant.encodeCredentials()));
	}

	private static void inBody(ClientCredentials credentials, ClientCredentialsGrant grant, HttpHeaders headers,
			FormBody form) {
		form.add("client_id", credentials.clientId()).add("client_secret", credentials.clientSecret());
	}

}
