package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Clock;

import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;

/**
 * Puts a client's credentials into a token request.
 */
interface ClientAuthenticator {

	void authenticate(ClientCredentials credentials, ClientCredentialsGrant grant, HttpHeaders headers, FormBody form);

	/**
	 * The authenticator of a grant.
	 * @param grant says how its clients authenticate themselves
	 * @param tokenUri whom assertions are for by default
	 * @param clock tells when an assertion is signed
	 */
	static ClientAuthenticator of(ClientCredentialsGrant grant, URI tokenUri, Clock clock) {
		return switch (grant.clientAuthentication()) {
			case CLIENT_SECRET_BASIC -> ClientAuthenticator::inHeader;
			case CLIENT_SECRET_POST -> ClientAuthenticator::inBody;
			case CLIENT_SECRET_JWT, PRIVATE_KEY_JWT -> new AssertionAuthenticator(tokenUri, clock);
			case TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH, NONE -> ClientAuthenticator::byIdAlone;
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
		byIdAlone(credentials, grant, headers, form);
		form.add(OAuth2ParameterNames.CLIENT_SECRET, credentials.clientSecret());
	}

	private static void byIdAlone(ClientCredentials credentials, ClientCredentialsGrant grant, HttpHeaders headers,
			FormBody form) {
		form.add(OAuth2ParameterNames.CLIENT_ID, credentials.clientId());
	}

}
