package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenActivity;
import io.oauthcc.gateway.token.TokenEndpointLocation;
import io.oauthcc.gateway.token.TokenEvent;
import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Checked options, ready for requests.
 */
final class Middleware implements MiddlewareState {

	private static final ClaimsVerdict INSUFFICIENT = new ClaimsVerdict.Insufficient();

	private final ReferencedSecrets secrets;

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

	private final TokenActivity activity;

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
	 * @param activity counts what becomes of calls and tokens
	 */
	Middleware(ReferencedSecrets secrets, ClientCredentialsGrant grant, AccessTokenRequests requests,
			@Nullable ClientCredentials configured, Set<String> requiredScopes, ClaimsPolicy claimsPolicy,
			ClaimsLog claimsLog, UnauthorizedPolicy unauthorizedPolicy, AttemptLimits attemptLimits,
			AccessTokenSource tokens, TokenActivity activity) {
		this.secrets = secrets;
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
		this.activity = activity;
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
				this.claimsPolicy, this.claimsLog, this.unauthorizedPolicy, this.attemptLimits, tokens, this.activity);
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
			this.activity.count(TokenEvent.UNREADABLE);
			this.claimsLog.unreadable(unreadable);
			return Problem.AUTHORIZATION_SERVER_FAULTY;
		}
		this.activity.count(TokenEvent.INSUFFICIENT);
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

	/** Stop using all tokens of it, in all gateways that share them. */
	void dropTokens() {
		this.tokens.dropAll(this.grant, this.requests.family());
	}

	/** What has become of its calls and tokens. */
	TokenActivity activity() {
		return this.activity;
	}

	/** When the configured client's token expires, {@code null} without one. */
	@Nullable Instant expiry() {
		AccessToken token = (this.configuredRequest != null) ? this.tokens.peek(this.configuredRequest) : null;
		return (token != null) ? token.expiresAt() : null;
	}

	EndpointState endpointState() {
		return this.tokens.stateOf(this.grant);
	}

	MiddlewareDescription.Working describe() {
		TokenEndpointLocation endpoint = this.grant.tokenEndpoint();
		String issuer = (endpoint instanceof TokenEndpointLocation.Discovered) ? endpoint.uri().toString() : null;
		StoreSettings store = this.grant.store();
		// Mostly a URL, and shown like one.
		String audience = this.grant.audience();
		return new MiddlewareDescription.Working((this.configured != null) ? this.configured.clientId() : null,
				endpoint.hostAndPort(), issuer, this.grant.clientAuthentication(),
				this.secrets.isIn("scopes") ? List.of() : this.grant.scopes(),
				(audience != null && !this.secrets.isIn("audience")) ? OptionMask.maskQuery(audience) : null,
				endpointState(), (store != null) ? new MiddlewareDescription.Store(store.redis().name(),
						store.keyPrefix(), this.tokens.isStoreAvailable(this.grant)) : null);
	}

	/** Identifies its tokens among those in memory. */
	TokenKey family() {
		return this.requests.family();
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
	public ReferencedSecrets secrets() {
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
