package io.oauthcc.gateway.filter;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsAuthorizedClientManager;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStores;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;

/**
 * The middlewares of this gateway: those that {@code oauth-cc.middlewares} names, and
 * those that stand on a route. A change of the properties while the gateway runs takes
 * effect for each middleware as a whole; one that is wrong then stays as it was.
 * <p>
 * Safe for use by many threads.
 */
public final class Middlewares implements ApplicationListener<EnvironmentChangeEvent> {

	private static final Log logger = LogFactory.getLog(Middlewares.class);

	private static final String UNCHANGED = "The properties have changed, but not as they can be used: what they say here "
			+ "is left as it was.";

	private final Environment environment;

	private final TokenKeyGenerator keys;

	private final AccessTokenSource tokens;

	private final @Nullable TokenStores stores;

	private final ConcurrentMap<String, NamedMiddleware> named = new ConcurrentHashMap<>();

	/** Those of routes, for as long as a route uses them. */
	private final Map<TokenKey, WeakReference<Middleware>> inline = new ConcurrentHashMap<>();

	private final DefinitionLog log = new DefinitionLog();

	private volatile MiddlewareProperties properties;

	/**
	 * Create the middlewares of a gateway.
	 * @param environment holds the properties below {@code oauth-cc}
	 * @param keys tells which token requests are alike
	 * @param tokens where their tokens come from
	 * @param stores the stores that they may name, or {@code null} if there can be none
	 */
	public Middlewares(Environment environment, TokenKeyGenerator keys, AccessTokenSource tokens,
			@Nullable TokenStores stores) {
		this.environment = environment;
		this.properties = new MiddlewareProperties(environment);
		this.keys = keys;
		this.tokens = tokens;
		this.stores = stores;
	}

	/**
	 * Offers the tokens of a named middleware to a {@code WebClient}. The id of its
	 * client registration is the middleware's name.
	 * @param name the name of the middleware, as {@code oauth-cc.middlewares} has it
	 * @return a manager that shares its tokens with the middleware's routes
	 * @throws InvalidDefinitionException if there is no such middleware, or its options
	 * are wrong
	 */
	public ReactiveOAuth2AuthorizedClientManager authorizedClientManager(String name) {
		String place = "authorized client manager '%s'".formatted(name);
		named(name, place);
		// Looked up each time, since it may change, go, and come again.
		return (request) -> Mono.defer(() -> managerOf(named(name, place).get()).authorize(request));
	}

	private ReactiveOAuth2AuthorizedClientManager managerOf(Middleware middleware) {
		return new ClientCredentialsAuthorizedClientManager(middleware.grant(), middleware.requests(),
				middleware.configured(), this.tokens);
	}

	/**
	 * The middleware of a filter.
	 * @param config names a middleware or holds the options of one
	 * @param place where the filter stands, for the error's message
	 * @return tells the middleware, which may change while the gateway runs
	 * @throws InvalidDefinitionException if it cannot work, and never could
	 */
	Supplier<Middleware> of(OAuthClientCredentialsGatewayFilterFactory.Config config, String place) {
		String reference = config.middleware();
		if (reference == null) {
			Middleware middleware = inline(config, place);
			return () -> middleware;
		}
		if (!config.options().isEmpty()) {
			throw invalid(place, new OptionError(String.join(", ", config.options().keySet()),
					"stand beside the name of the middleware '%s'".formatted(reference),
					"Put the options under 'oauth-cc.middlewares.%s', or name no middleware.".formatted(reference)));
		}
		return named(reference, place);
	}

	/** With defaults that have become wrong for it, a route keeps what it had. */
	private Middleware inline(OAuthClientCredentialsGatewayFilterFactory.Config config, String place) {
		TokenKey key = this.keys.keyOf(place, config.options().keySet().toString(),
				config.options().values().toString());
		try {
			Middleware middleware = create(config.place(), place,
					(name, errors) -> this.properties.bindInline(config.options(), errors));
			this.inline.values().removeIf((reference) -> reference.get() == null);
			this.inline.put(key, new WeakReference<>(middleware));
			return middleware;
		}
		catch (InvalidDefinitionException ex) {
			WeakReference<Middleware> reference = this.inline.get(key);
			Middleware earlier = (reference != null) ? reference.get() : null;
			if (earlier == null) {
				throw ex;
			}
			this.log.error(UNCHANGED, ex.getDefinitions());
			return earlier;
		}
	}

	/** All that is wrong below {@code oauth-cc}. */
	List<InvalidDefinition> check() {
		List<InvalidDefinition> invalid = new ArrayList<>(checkCommon(this.properties));
		for (String name : this.properties.middlewareNames()) {
			try {
				named(name, placeOf(name));
			}
			catch (InvalidDefinitionException ex) {
				invalid.addAll(ex.getDefinitions());
			}
		}
		return invalid;
	}

	private static List<InvalidDefinition> checkCommon(MiddlewareProperties properties) {
		List<InvalidDefinition> invalid = new ArrayList<>();
		List<OptionError> wrong = properties.wrongProperties();
		if (!wrong.isEmpty()) {
			invalid.add(new InvalidDefinition("the application", wrong));
		}
		List<OptionError> ofDefaults = new ArrayList<>();
		properties.bindDefaults(ofDefaults);
		if (!ofDefaults.isEmpty()) {
			invalid.add(new InvalidDefinition("oauth-cc.defaults", ofDefaults));
		}
		return invalid;
	}

	/**
	 * Takes changed properties over. Routes follow when the gateway makes them anew,
	 * which it does after this event.
	 */
	@Override
	public void onApplicationEvent(EnvironmentChangeEvent event) {
		MiddlewareProperties changed = new MiddlewareProperties(this.environment);
		List<InvalidDefinition> invalid = new ArrayList<>(checkCommon(changed));
		this.properties = changed;
		this.named.keySet().retainAll(changed.middlewareNames().stream().map(MiddlewareProperties::uniform).toList());
		for (String name : changed.middlewareNames()) {
			try {
				change(name, changed);
			}
			catch (InvalidDefinitionException ex) {
				invalid.addAll(ex.getDefinitions());
			}
		}
		this.log.reset();
		if (!invalid.isEmpty()) {
			this.log.error(UNCHANGED, invalid);
		}
		if (event.getKeys().stream().anyMatch(MiddlewareProperties::isCommon)) {
			logger.warn("A change of oauth-cc.cache or oauth-cc.resilience takes effect at the next start");
		}
	}

	private void change(String name, MiddlewareProperties changed) {
		Middleware middleware = create(name, placeOf(name), changed::bindMiddleware);
		NamedMiddleware named = this.named.get(MiddlewareProperties.uniform(name));
		if (named != null) {
			named.change(middleware);
		}
	}

	private static String placeOf(String name) {
		return "middleware '%s'".formatted(name);
	}

	private NamedMiddleware named(String reference, String place) {
		MiddlewareProperties properties = this.properties;
		String name = properties.middlewareName(reference);
		if (name == null) {
			List<String> names = properties.middlewareNames();
			throw invalid(place,
					new OptionError("middleware", "there is no middleware '%s'".formatted(reference),
							names.isEmpty() ? "Define 'oauth-cc.middlewares.%s'.".formatted(reference)
									: "Define 'oauth-cc.middlewares.%s', or use one of %s.".formatted(reference,
											String.join(", ", names))));
		}
		return this.named.computeIfAbsent(MiddlewareProperties.uniform(name),
				(key) -> new NamedMiddleware(create(name, placeOf(name), properties::bindMiddleware)));
	}

	private Middleware create(String name, String place,
			BiFunction<String, List<OptionError>, OAuthClientCredentialsOptions> binder) {
		List<OptionError> errors = new ArrayList<>();
		OptionsChecker checker = new OptionsChecker(binder.apply(name, errors), new OptionErrors(errors));
		ClientCredentialsGrant grant = checker.grant(name);
		ClientCredentials configured = checker.credentials();
		List<String> requiredScopes = checker.requiredScopes();
		UnauthorizedPolicy unauthorizedPolicy = checker.unauthorizedPolicy();
		AttemptLimits attemptLimits = checker.attemptLimits();
		if (!errors.isEmpty()) {
			throw new InvalidDefinitionException(List.of(new InvalidDefinition(place, errors)));
		}
		return new Middleware(grant, keysOf(grant, place).requestsOf(grant), configured, requiredScopes,
				unauthorizedPolicy, attemptLimits);
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
	}

	private static InvalidDefinitionException invalid(String place, OptionError error) {
		return new InvalidDefinitionException(List.of(new InvalidDefinition(place, List.of(error))));
	}

}
