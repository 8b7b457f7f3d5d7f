package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.secret.SecretName;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Checked options, ready for requests.
 */
final class Middleware implements MiddlewareState {

	private static final ClaimsVerdict INSUFFICIENT = new ClaimsVerdict.Insufficient();

	private final Set<SecretName> secrets;

	private final ClientCredentialsGrant grant;

	private final AccessTokenRequests requests;

	private final @Nullable ClientCredentials configured;

	private final @Nullable AccessTokenRequest configuredRequest;

	private final Set<String> requiredScopes;

	private final ClaimsPolicy claimsPolicy;

	private final ClaimsLog claimsLog;

	private final UnauthorizedPolicy unauthorizedPolicy;

	private final AttemptLimits attemptLimits;

	private final AccessTokenSource tokens;

	/**
	 * Create a middleware.
	 * @param secrets the secrets that its options refer to
	 * @param grant what to ask for, and where
	 * @param requests the requests of that grant
	 * @param configured the configured credentials, or {@code null} at application level
	 * @param requiredScopes what a token must have been granted
	 * @param claimsPolicy what is made of the claims of a token
	 * @param claimsLog is told of tokens that are of no use
	 * @param unauthorizedPolicy what follows when the service refuses a token
	 * @param attemptLimits when callers are turned away at application level
	 * @param tokens where the tokens come from
	 */
	Middleware(Set<SecretName> secrets, ClientCredentialsGrant grant, AccessTokenRequests requests,
			@Nullable ClientCredentials configured, Set<String> requiredScopes, ClaimsPolicy claimsPolicy,
			ClaimsLog claimsLog, UnauthorizedPolicy unauthorizedPolicy, AttemptLimits attemptLimits,
			AccessTokenSource tokens) {
		this.secrets = Set.copyOf(secrets);
		this.grant = grant;
		this.requests = requests;
		this.configured = configured;
		// At gateway level the key is the same for every call.
		this.configuredRequest = (configured != null) ? requests.with(configured) : null;
		this.requiredScopes = Set.copyOf(requiredScopes);
		this.claimsPolicy = claimsPolicy;
		this.claimsLog = claimsLog;
		this.unauthorizedPolicy = unauthorizedPolicy;
		this.attemptLimits = attemptLimits;
		this.tokens = tokens;
	}

	/**
	 * This middleware, if it follows another one that differs in its credentials alone:
	 * with other scopes, say, a former token would be a wrong one.
	 * @param before the middleware until now
	 * @param grace for how long its credentials are still good for something
	 * @param clock tells when that is over
	 */
	Middleware after(Middleware before, Duration grace, Clock clock) {
		AccessTokenRequest former = before.configuredRequest;
		if (former == null || this.configuredRequest == null || !before.grant.equals(this.grant)) {
			return this;
		}
		if (former.key().equals(this.configuredRequest.key())) {
			return with(before.tokens);
		}
		return with(new RotatingAccessTokenSource(this.tokens, before.tokens, former, clock.millis() + grace.toMillis(),
				clock));
	}

	private Middleware with(AccessTokenSource tokens) {
		return new Middleware(this.secrets, this.grant, this.requests, this.configured, this.requiredScopes,
				this.claimsPolicy, this.claimsLog, this.unauthorizedPolicy, this.attemptLimits, tokens);
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

	/** What is made of a token; of its claims, made once for each token. */
	ClaimsVerdict verdictOn(AccessToken token) {
		return isGranted(token) ? this.claimsPolicy.verdictOn(token) : INSUFFICIENT;
	}

	/**
	 * What a caller is answered whose token is of no use; the operator is told why.
	 * @param verdict a verdict other than {@link ClaimsVerdict.Accepted}
	 */
	Problem problemOf(ClaimsVerdict verdict) {
		if (verdict instanceof ClaimsVerdict.Unreadable unreadable) {
			this.claimsLog.unreadable(unreadable);
			return Problem.AUTHORIZATION_SERVER_FAULTY;
		}
		if (verdict instanceof ClaimsVerdict.Rejected rejected) {
			this.claimsLog.rejected(rejected);
		}
		return Problem.ACCESS_INSUFFICIENT;
	}

	/**
	 * Whether a token was granted all scopes that the middleware requires. A response
	 * that names none means those that were asked for (RFC 6749, section 5.1).
	 */
	private boolean isGranted(AccessToken token) {
		if (this.requiredScopes.isEmpty()) {
			return true;
		}
		Set<String> granted = token.scopes();
		return (granted != null) ? granted.containsAll(this.requiredScopes)
				: this.grant.scopes().containsAll(this.requiredScopes);
	}

	ForwardedHeaders forwardedHeaders() {
		return this.claimsPolicy.forwardedHeaders();
	}

	/** Where the tokens for its requests come from. */
	AccessTokenSource tokens() {
		return this.tokens;
	}

	UnauthorizedPolicy unauthorizedPolicy() {
		return this.unauthorizedPolicy;
	}

	AttemptLimits attemptLimits() {
		return this.attemptLimits;
	}

	@Override
	public boolean isApplicationLevel() {
		return this.configured == null;
	}

	@Override
	public Set<SecretName> secrets() {
		return this.secrets;
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
