package io.oauthcc.gateway.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.oauthcc.gateway.filter.MiddlewareDescription;
import io.oauthcc.gateway.token.TokenActivity;
import io.oauthcc.gateway.token.TokenEvent;
import io.oauthcc.gateway.token.TokenTally;
import org.jspecify.annotations.Nullable;

/**
 * A middleware as the endpoint shows it.
 *
 * @param state {@code working}, or {@code lacking-secrets}
 * @param level {@code application}, or {@code gateway}
 * @param routes the ids of the routes that use it
 * @param clientId the client that is configured, at gateway level
 * @param tokenEndpoint where it asks for tokens
 * @param scopes the scopes that it asks for
 * @param audience the audience that it asks for
 * @param store where gateways share its tokens
 * @param secrets the secrets that it refers to
 * @param tokens its tokens in this gateway at present
 * @param acquired how calls came to tokens since the gateway started
 * @param lastSuccess when the token endpoint issued a token last
 * @param lastFailure why there was no token last
 * @param concerns what to know of its connections
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MiddlewareDescriptor(String state, String level, List<String> routes, @Nullable String clientId,
		@Nullable TokenEndpoint tokenEndpoint, List<String> scopes, @Nullable String audience, @Nullable Store store,
		List<Secret> secrets, Tokens tokens, Acquired acquired, @Nullable Instant lastSuccess,
		@Nullable LastFailure lastFailure, List<String> concerns) {

	static MiddlewareDescriptor of(MiddlewareDescription middleware, List<String> routes, TokenTally tally) {
		MiddlewareDescription.Working working = middleware.working();
		TokenActivity activity = middleware.activity();
		return new MiddlewareDescriptor((working != null) ? "working" : "lacking-secrets",
				middleware.applicationLevel() ? "application" : "gateway", routes,
				(working != null) ? working.clientId() : null, TokenEndpoint.of(working),
				(working != null) ? working.scopes() : List.of(), (working != null) ? working.audience() : null,
				Store.of(working), middleware.secrets().stream().map(Secret::of).toList(),
				new Tokens(tally.cached(), activity.inFlight(), tally.refused(), tally.nearestExpiry()),
				Acquired.of(activity), activity.lastSuccess(), LastFailure.of(activity.lastFailure()),
				middleware.concerns());
	}

	/**
	 * Where a middleware asks for tokens.
	 *
	 * @param host host and port
	 * @param issuer the issuer that told where, if there is one
	 * @param clientAuthentication how the client authenticates itself
	 * @param breaker {@code closed}, {@code half-open}, or {@code open}: it is left alone
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record TokenEndpoint(String host, @Nullable String issuer, String clientAuthentication, String breaker) {

		static @Nullable TokenEndpoint of(MiddlewareDescription.@Nullable Working working) {
			return (working != null) ? new TokenEndpoint(working.host(), working.issuer(),
					working.clientAuthentication().name().toLowerCase(Locale.ROOT),
					working.endpoint().name().toLowerCase(Locale.ROOT).replace('_', '-')) : null;
		}

	}

	/**
	 * Where gateways share tokens.
	 *
	 * @param endpoints the endpoints as configured
	 * @param keyPrefix what every key begins with
	 * @param available whether it is used at present
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Store(String endpoints, String keyPrefix, boolean available) {

		static @Nullable Store of(MiddlewareDescription.@Nullable Working working) {
			MiddlewareDescription.Store store = (working != null) ? working.store() : null;
			return (store != null) ? new Store(store.endpoints(), store.keyPrefix(), store.available()) : null;
		}

	}

	/**
	 * A reference to a secret.
	 *
	 * @param reference the reference as it stands in the options
	 * @param state {@code present}, or {@code missing}
	 * @param reason why it is missing
	 * @param action what to do about it
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Secret(String reference, String state, @Nullable String reason, @Nullable String action) {

		static Secret of(MiddlewareDescription.Secret secret) {
			return new Secret(secret.reference(), (secret.reason() != null) ? "missing" : "present", secret.reason(),
					secret.action());
		}

	}

	/**
	 * The tokens of a middleware in this gateway.
	 *
	 * @param cached how many usable ones are in memory
	 * @param inFlight how many are being obtained
	 * @param refused how many refusals are remembered
	 * @param nearestExpiry when the first of them expires
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Tokens(int cached, long inFlight, int refused, @Nullable Instant nearestExpiry) {

	}

	/**
	 * How calls came to tokens since the gateway started.
	 *
	 * @param memory the token was in memory
	 * @param store it was in the store, or another gateway obtained it
	 * @param endpoint it was obtained
	 * @param waited it was being obtained for another call
	 * @param failed there was none
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Acquired(long memory, long store, long endpoint, long waited, long failed) {

		static Acquired of(TokenActivity activity) {
			return new Acquired(activity.countOf(TokenEvent.FOUND_IN_MEMORY),
					activity.countOf(TokenEvent.FOUND_IN_STORE), activity.countOf(TokenEvent.OBTAINED),
					activity.countOf(TokenEvent.WAITED_FOR), activity.countOf(TokenEvent.NOT_OBTAINED));
		}

	}

}
