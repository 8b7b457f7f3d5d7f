package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;

import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.RequestLimits;

/**
 * What tells one token endpoint from another: where it is, and how it is connected to.
 * Its query, which may hold a secret, is no part of it.
 *
 * @param address scheme, host, port and path
 * @param timeout the limit of one request: a shorter one makes more of them fail
 */
record TokenEndpointId(String address, Duration timeout) {

	static TokenEndpointId of(ClientCredentialsGrant grant) {
		RequestLimits limits = grant.limits();
		boolean shorter = limits.acquisitionTimeout().compareTo(limits.timeout()) < 0;
		return new TokenEndpointId(addressOf(grant.tokenUri()),
				shorter ? limits.acquisitionTimeout() : limits.timeout());
	}

	private static String addressOf(URI uri) {
		return "%s://%s".formatted(uri.getScheme(), uri.getRawAuthority()).toLowerCase(Locale.ROOT) + uri.getRawPath();
	}

}
