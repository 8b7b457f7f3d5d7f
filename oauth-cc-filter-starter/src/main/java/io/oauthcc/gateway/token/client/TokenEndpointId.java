package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;

import io.oauthcc.gateway.token.ClientCredentialsGrant;

/**
 * What tells one token endpoint from another: where it is, and how it is connected to.
 * Its query, which may hold a secret, is no part of it.
 *
 * @param address scheme, host, port and path
 * @param timeout the limit of the connect phase
 */
record TokenEndpointId(String address, Duration timeout) {

	static TokenEndpointId of(ClientCredentialsGrant grant) {
		return new TokenEndpointId(addressOf(grant.tokenUri()), grant.limits().timeout());
	}

	private static String addressOf(URI uri) {
		return "%s://%s%s".formatted(uri.getScheme(), uri.getRawAuthority(), uri.getRawPath()).toLowerCase(Locale.ROOT);
	}

}
