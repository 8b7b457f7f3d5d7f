package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;

import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.RequestLimits;
import io.oauthcc.gateway.token.TransportSettings;

/**
 * What tells one token endpoint from another: where it is, and how it is connected to.
 * Its query, which may hold a secret, is no part of it.
 *
 * @param address scheme, host, port and path
 * @param timeout the limit of one request: a shorter one makes more of them fail
 * @param transport how it is connected to: through another proxy, say, it may not be
 * there
 */
record TokenEndpointId(String address, Duration timeout, TransportSettings transport) {

	static TokenEndpointId of(ClientCredentialsGrant grant) {
		RequestLimits limits = grant.limits();
		boolean shorter = limits.acquisitionTimeout().compareTo(limits.timeout()) < 0;
		return new TokenEndpointId(addressOf(grant.tokenEndpoint().uri()),
				shorter ? limits.acquisitionTimeout() : limits.timeout(), grant.transport());
	}

	private static String addressOf(URI uri) {
		return "%s://%s".formatted(uri.getScheme(), uri.getRawAuthority()).toLowerCase(Locale.ROOT) + uri.getRawPath();
	}

}
