package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.TokenActivity;
import org.jspecify.annotations.Nullable;

/**
 * A middleware as an operator may see it, at one moment: no secret, no token, nothing of
 * who called.
 *
 * @param name its name, or {@code route:} and the id of the route that it stands on
 * @param applicationLevel whether callers bring the credentials
 * @param working {@code null} while it cannot work since it lacks secrets
 * @param secrets the secrets that its options refer to
 * @param activity what has become of its calls and tokens
 * @param concerns what an operator should know of its connections, though they work
 */
public record MiddlewareDescription(String name, boolean applicationLevel, @Nullable Working working,
		List<Secret> secrets, TokenActivity activity, List<String> concerns) {

	/**
	 * What it asks for, and where.
	 *
	 * @param clientId the client that is configured, or {@code null} at application level
	 * @param host host and port of the token endpoint or the issuer
	 * @param issuer the issuer, or {@code null} if the token endpoint is configured
	 * @param clientAuthentication how the client authenticates itself
	 * @param scopes the scopes to ask for, none if some of them came out of a secret
	 * @param audience the audience to ask for, or {@code null}, also if it came out of a
	 * secret
	 * @param endpoint whether the token endpoint is asked
	 * @param store where gateways share tokens, or {@code null} if they do not
	 */
	public record Working(@Nullable String clientId, String host, @Nullable String issuer,
			ClientAuthentication clientAuthentication, List<String> scopes, @Nullable String audience,
			EndpointState endpoint, @Nullable Store store) {

	}

	/**
	 * Where gateways share tokens.
	 *
	 * @param endpoints the endpoints as configured, or {@code spring} for the
	 * application's own connection
	 * @param keyPrefix what every key begins with
	 * @param available whether it is used at present
	 */
	public record Store(String endpoints, String keyPrefix, boolean available) {

	}

	/**
	 * A reference to a secret.
	 *
	 * @param reference the reference as it stands in the options
	 * @param reason why it has no usable value, or {@code null} if it has one
	 * @param action what to do about it, or {@code null}
	 */
	public record Secret(String reference, @Nullable String reason, @Nullable String action) {

	}

	/**
	 * Why it cannot serve calls as it should, worst first.
	 * @return the reasons, none if all is well
	 */
	public Set<Fault> faults() {
		if (this.working == null) {
			return Set.of(Fault.SECRETS_MISSING);
		}
		Set<Fault> faults = new TreeSet<>();
		if (this.working.endpoint() != EndpointState.CLOSED) {
			faults.add(Fault.TOKEN_ENDPOINT_LEFT_ALONE);
		}
		if (this.activity.isFailing()) {
			faults.add(Fault.TOKEN_ENDPOINT_FAILS);
		}
		if (this.working.store() != null && !this.working.store().available()) {
			faults.add(Fault.STORE_UNAVAILABLE);
		}
		return faults;
	}

	/**
	 * What may be wrong with a middleware.
	 */
	public enum Fault {

		/** Secrets that its options refer to are not there. */
		SECRETS_MISSING,

		/** The circuit breaker keeps requests from the token endpoint. */
		TOKEN_ENDPOINT_LEFT_ALONE,

		/** The last token request got no token. */
		TOKEN_ENDPOINT_FAILS,

		/** The store is not used; each gateway asks for its own tokens. */
		STORE_UNAVAILABLE

	}

}
