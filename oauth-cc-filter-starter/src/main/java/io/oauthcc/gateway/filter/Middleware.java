package io.oauthcc.gateway.filter;

import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Checked options, ready for requests.
 */
final class Middleware {

	private final ClientCredentialsGrant grant;

	private final AccessTokenRequests requests;

	private final @Nullable ClientCredentials configured;

	private final @Nullable AccessTokenRequest configuredRequest;

	/**
	 * Create a middleware.
	 * @param grant what to ask for, and where
	 * @param requests the requests of that grant
	 * @param configured the configured credentials, or {@code null} at application level
	 */
	Middleware(ClientCredentialsGrant grant, AccessTokenRequests requests, @Nullable ClientCredentials configured) {
		this.grant = grant;
		this.requests = requests;
		this.configured = configured;
		// At gateway level the key is the same for every call.
		this.configuredRequest = (configured != null) ? requests.with(configured) : null;
	}

	/**
	 * The token request that a call needs.
	 * @param headers the headers of the call
	 * @return the request, or {@code null} if the call lacks the credentials for it
	 */
	@Nullable AccessTokenRequest requestFor(HttpHeaders headers) {
		if (this.configuredRequest != null) {
			return this.configuredRequest;
		}
		ClientCredentials credentials = BasicCredentials.of(headers);
		return (credentials != null) ? this.requests.with(credentials) : null;
	}

	boolean isApplicationLevel() {
		return this.configured == null;
	}

	ClientCredentialsGrant grant() {
		return this.grant;
	}

	AccessTokenRequests requests() {
		return this.requests;
	}

	@Nullable ClientCredentials configured() {
		return this.configured;
	}

	@Override
	public String toString() {
		return "%s, %s level".formatted(this.grant.name(), isApplicationLevel() ? "application" : "gateway");
	}

}
