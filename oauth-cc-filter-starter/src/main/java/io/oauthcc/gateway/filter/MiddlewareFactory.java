package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStores;
import io.oauthcc.gateway.token.TransportSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.function.SingletonSupplier;

/**
 * Makes middlewares of their options, and of the secrets and stores that these name.
 */
final class MiddlewareFactory {

	private final TokenKeyGenerator keys;

	private final AccessTokenSource tokens;

	private final @Nullable TokenStores stores;

	private final Secrets secrets;

	private final TlsBundles bundles;

	private final Duration rotationGrace;

	private final Clock clock;

	private final TokenActivities activities;

	/**
	 * Made when it is first needed; one for all middlewares without a key of their own.
	 */
	private final Supplier<DpopKey> gatewayKey = SingletonSupplier.of(DpopKey::generate);

	MiddlewareFactory(TokenKeyGenerator keys, AccessTokenSource tokens, @Nullable TokenStores stores, Secrets secrets,
			TlsBundles bundles, Duration rotationGrace, Clock clock, TokenActivities activities) {
		this.keys = keys;
		this.tokens = tokens;
		this.stores = stores;
		this.secrets = secrets;
		this.bundles = bundles;
		this.rotationGrace = rotationGrace;
		this.clock = clock;
		this.activities = activities;
	}

	/**
	 * Make a middleware that changes.
	 * @param place where it is defined
	 * @param definition makes it as it is now
	 * @throws InvalidDefinitionException if the definition is wrong
	 */
	ManagedMiddleware manage(String name, String place, Supplier<MiddlewareState> definition) {
		return new ManagedMiddleware(name, place, definition, this.rotationGrace, this.clock);
	}

	/**
	 * Make a middleware as it is now.
	 * @param name the name of its grant
	 * @param place where it is defined, for the error's message
	 * @param admitted which references may stand there
	 * @param options its options
	 * @throws InvalidDefinitionException if they are wrong, whatever the secrets
	 */
	MiddlewareState create(String name, String place, Predicate<String> admitted, OptionsSource options) {
		List<OptionError> errors = new ArrayList<>();
		OptionReferences references = new OptionReferences(this.secrets, admitted);
		OAuthClientCredentialsOptions bound = options.bind(name, references, errors);
		TransportSettings transport = new TransportOptionsChecker(bound.getClientConfig(), new OptionErrors(errors),
				this.bundles, admitted)
			.settings();
		OptionsChecker checker = new OptionsChecker(bound, transport, new OptionErrors(errors), this.gatewayKey);
		ClientCredentialsGrant grant = checker.grant(name);
		ClientCredentials configured = checker.clientAuthentication().credentials();
		boolean applicationLevel = checker.clientAuthentication().isApplicationLevel();
		Set<String> requiredScopes = Set.copyOf(checker.requiredScopes());
		UnauthorizedPolicy unauthorizedPolicy = checker.unauthorizedPolicy();
		ClaimsPolicy claimsPolicy = checker.claimsPolicy();
		AttemptLimits attemptLimits = checker.attemptLimits();
		errors.removeIf(references::concerns);
		errors.replaceAll(references::withoutSecret);
		if (!errors.isEmpty()) {
			throw new InvalidDefinitionException(List.of(new InvalidDefinition(place, errors)));
		}
		if (!references.missing().isEmpty()) {
			return new MissingSecrets(references.missing(), applicationLevel, references.secrets());
		}
		// Else callers' credentials would go where the gateway's own should.
		Assert.state(applicationLevel == (configured == null), "The configured credentials are not there");
		// First, since it tells what is wrong with the store.
		AccessTokenRequests requests = keysOf(grant, place).requestsOf(grant);
		this.tokens.prepare(grant);
		return new Middleware(references.secrets(), grant, requests, configured, requiredScopes, claimsPolicy,
				new ClaimsLog(name, references.isFromSecret("claims"), this.clock), unauthorizedPolicy, attemptLimits,
				this.tokens, this.activities.of(name));
	}

	/** All gateways with the same store have the same keys. */
	private TokenKeyGenerator keysOf(ClientCredentialsGrant grant, String place) {
		StoreSettings settings = grant.store();
		if (settings == null) {
			return this.keys;
		}
		TokenStores stores = this.stores;
		if (stores == null) {
			throw invalid(place, new OptionError("store", "Redis's client is not on the class path",
					"Add the dependencies 'org.springframework.data:spring-data-redis' and 'io.lettuce:lettuce-core'."));
		}
		try {
			return stores.of(settings).keys();
		}
		catch (IllegalStateException ex) {
			throw invalid(place, new OptionError("store.redis", "cannot be used: " + ex.getMessage(),
					"Correct the options below 'store.redis'."));
		}
		catch (RuntimeException ex) {
			// Of a library, which may quote what it was given.
			throw invalid(place, new OptionError("store.redis", "cannot be used: " + ex.getClass().getSimpleName(),
					"Correct the options below 'store.redis'."));
		}
	}

	private static InvalidDefinitionException invalid(String place, OptionError error) {
		return new InvalidDefinitionException(List.of(new InvalidDefinition(place, List.of(error))));
	}

	/**
	 * Let go of secrets and stores that no middleware names any more.
	 * @param middlewares all that there are
	 */
	void releaseUnused(List<ManagedMiddleware> middlewares) {
		this.secrets.retain(middlewares.stream()
			.flatMap((middleware) -> middleware.get().secrets().names().stream())
			.collect(Collectors.toSet()));
		this.activities.retain(middlewares.stream().map(ManagedMiddleware::name).collect(Collectors.toSet()));
		if (this.stores == null) {
			return;
		}
		Set<StoreSettings> used = new HashSet<>();
		for (ManagedMiddleware managed : middlewares) {
			StoreSettings store = (managed.get() instanceof Middleware middleware) ? middleware.grant().store() : null;
			if (store != null) {
				used.add(store);
			}
		}
		this.stores.retain(used);
	}

	@FunctionalInterface
	interface OptionsSource {

		OAuthClientCredentialsOptions bind(String name, OptionReferences references, List<OptionError> errors);

	}

}
