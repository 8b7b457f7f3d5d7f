package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Set;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.token.AccessToken;
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

	private final Set<String> requiredScopes;

	private final UnauthorizedPolicy unauthorizedPolicy;

	private final AttemptLimits attemptLimits;

	/**
	 * Create a middleware.
	 * @param grant what to ask for, and where
	 * @param requests the requests of that grant
	 * @param configured the configured credentials, or {@code null} at application level
	 * @param requiredScopes what a token must have been granted
	 * @param unauthorizedPolicy what follows when the service refuses a token
	 * @param attemptLimits when callers are turned away at application level
	 */
	Middleware(ClientCredentialsGrant grant, AccessTokenRequests requests, @Nullable ClientCredentials configured,
			List<String> requiredScopes, UnauthorizedPolicy unauthorizedPolicy, AttemptLimits attemptLimits) {
		this.grant = grant;
		this.requests = requests;
		this.configured = configured;
		// At gateway level the key is the same for every call.
		this.configuredRequest = (configured != null) ? requests.with(configured) : null;
		this.requiredScopes = Set.copyOf(requiredScopes);
		this.unauthorizedPolicy = unauthorizedPolicy;
		this.attemptLimits = attemptLimits;
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

	/**
	 * Whether a token was granted all scopes that the middleware requires. A response
	 * that names none means those that were asked for (RFC 6749, section 5.1).
	 */
	boolean isGranted(AccessToken token) {
		if (this.requiredScopes.isEmpty()) {
			return true;
		}
		Set<String> granted = token.scopes();
		return (granted != null) ? granted.containsAll(this.requiredScopes)
				: this.grant.scopes().containsAll(this.requiredScopes);
	}

	UnauthorizedPolicy unauthorizedPolicy() {
		return this.unauthorizedPolicy;
	}

	AttemptLimits attemptLimits() {
		return this.attemptLimits;
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
