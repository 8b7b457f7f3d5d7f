package io.oauthcc.gateway.token;

import java.net.URI;

/**
 * Where a token endpoint is.
 */
public sealed interface TokenEndpointLocation {

	/**
	 * What tells one token endpoint from another.
	 * @return the token endpoint if it is configured, else its issuer; absolute,
	 * {@code http} or {@code https}
	 */
	URI uri();

	/**
	 * What an operator knows it by.
	 * @return the host, with the port where one is named
	 */
	default String hostAndPort() {
		URI uri = uri();
		return (uri.getPort() >= 0) ? uri.getHost() + ":" + uri.getPort() : String.valueOf(uri.getHost());
	}

	/**
	 * Configured.
	 *
	 * @param uri the token endpoint
	 */
	record Configured(URI uri) implements TokenEndpointLocation {

	}

	/**
	 * Found by what the authorization server tells of itself.
	 *
	 * @param uri the issuer identifier, without query and fragment
	 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414">RFC 8414</a>
	 */
	record Discovered(URI uri) implements TokenEndpointLocation {

	}

}
