package io.oauthcc.gateway.filter;

import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientCredentialsAuthorizedClientManager;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStores;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;

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

	/** For as long the start waits for secrets. */
	private static final Duration FIRST_READ = Duration.ofSeconds(5);

	private final Environment environment;

	private final TokenKeyGenerator keys;

	private final Secrets secrets;

	private final Clock clock;

	private final TokenActivities activities;

	private final MiddlewareFactory factory;

	private final ConcurrentMap<String, ManagedMiddleware> named = new ConcurrentHashMap<>();

	/** Those of routes, for as long as a route uses them. */
	private final Map<TokenKey, WeakReference<ManagedMiddleware>> inline = new ConcurrentHashMap<>();

	/** The options that stood on routes at the start, when all are to be trusted. */
	private final Set<TokenKey> trusted = ConcurrentHashMap.newKeySet();

	private volatile boolean started;

	private final DefinitionLog log = new DefinitionLog();

	private final MissingSecretsLog missingSecretsLog = new MissingSecretsLog();

	private volatile MiddlewareProperties properties;

	/**
	 * Create the middlewares of a gateway.
	 * @param environment holds the properties below {@code oauth-cc}
	 * @param keys tells which token requests are alike
	 * @param tokens where their tokens come from
	 * @param stores the stores that they may name, or {@code null} if there can be none
	 * @param secrets the secrets that their options may refer to
	 * @param bundles the SSL bundles that they may name, or {@code null} if there are
	 * none
	 * @param rotationGrace for how long tokens of former credentials go on serving
	 * @param clock tells when that is over
	 * @param activities count what becomes of calls and tokens
	 */
	public Middlewares(Environment environment, TokenKeyGenerator keys, AccessTokenSource tokens,
			@Nullable TokenStores stores, Secrets secrets, @Nullable SslBundles bundles, Duration rotationGrace,
			Clock clock, TokenActivities activities) {
		this.environment = environment;
		this.properties = new MiddlewareProperties(environment);
		this.keys = keys;
		this.secrets = secrets;
		this.clock = clock;
		this.activities = activities;
		this.factory = new MiddlewareFactory(keys, tokens, stores, secrets,
				new TlsBundles(bundles, this::secretsChanged), rotationGrace, clock, activities);
		secrets.onChange(this::secretsChanged);
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

	private ReactiveOAuth2AuthorizedClientManager managerOf(MiddlewareState state) {
		if (!(state instanceof Middleware middleware)) {
			return (request) -> Mono.error(() -> new ClientAuthorizationException(
					new OAuth2Error(OAuth2ErrorCodes.TEMPORARILY_UNAVAILABLE,
							"A secret that the middleware refers to is not there", null),
					request.getClientRegistrationId()));
		}
		if (middleware.grant().dpopKey() != null) {
			return (request) -> Mono.error(() -> new ClientAuthorizationException(
					new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST,
							"Its tokens are bound to a key, which a WebClient does not prove", null),
					request.getClientRegistrationId()));
		}
		return new ClientCredentialsAuthorizedClientManager(middleware.grant(), middleware.requests(),
				middleware.configured(), middleware.tokens());
	}

	/**
	 * The middleware of a filter.
	 * @param config names a middleware or holds the options of one
	 * @param place where the filter stands, for the error's message
	 * @return the middleware, which may change while the gateway runs
	 * @throws InvalidDefinitionException if it cannot work, and never could
	 */
	ManagedMiddleware of(OAuthClientCredentialsGatewayFilterFactory.Config config, String place) {
		String reference = config.middleware();
		if (reference == null) {
			return inline(config, place);
		}
		if (!config.options().isEmpty()) {
			throw invalid(place, new OptionError(String.join(", ", config.options().keySet()),
					"stand beside the name of the middleware '%s'".formatted(reference),
					"Put the options under 'oauth-cc.middlewares.%s', or name no middleware.".formatted(reference)));
		}
		return named(reference, place);
	}

	/**
	 * Routes are made anew now and then, and middlewares stay; with defaults that have
	 * become wrong for it, one keeps what it had.
	 */
	private ManagedMiddleware inline(OAuthClientCredentialsGatewayFilterFactory.Config config, String place) {
		String names = config.options().keySet().toString();
		String values = config.options().values().toString();
		TokenKey key = this.keys.keyOf(place, names, values);
		boolean trusted = isTrusted(this.keys.keyOf(names, values));
		Supplier<MiddlewareState> definition = () -> this.factory.create(config.name(), place, (reference) -> trusted,
				(name, references, errors) -> this.properties.bindInline(config.options(), references, errors));
		forgetUnused();
		WeakReference<ManagedMiddleware> known = this.inline.get(key);
		ManagedMiddleware earlier = (known != null) ? known.get() : null;
		if (earlier == null) {
			ManagedMiddleware middleware = this.factory.manage(config.name(), place, definition);
			this.inline.put(key, new WeakReference<>(middleware));
			return upToDate(middleware);
		}
		try {
			earlier.change(definition);
		}
		catch (InvalidDefinitionException ex) {
			this.log.error(UNCHANGED, ex.getDefinitions());
		}
		return earlier;
	}

	/**
	 * Routes that come and go, each under another id, would else leave their counts
	 * behind.
	 */
	private void forgetUnused() {
		if (this.inline.values().removeIf((reference) -> reference.get() == null)) {
			this.activities.retain(names());
		}
	}

	/** A secret may have changed before anybody knew whom to tell. */
	private ManagedMiddleware upToDate(ManagedMiddleware middleware) {
		middleware.refresh();
		if (this.started) {
			this.missingSecretsLog.update(this::lacking);
		}
		return middleware;
	}

	/**
	 * Whoever may add a route while the gateway runs could else have any secret that the
	 * gateway can read sent to a place of their own, also one that the defaults or a
	 * store refer to.
	 */
	private boolean isTrusted(TokenKey options) {
		if (!this.started) {
			this.trusted.add(options);
		}
		return this.trusted.contains(options);
	}

	private void secretsChanged() {
		List<InvalidDefinition> invalid = new ArrayList<>();
		for (ManagedMiddleware middleware : all()) {
			try {
				middleware.refresh();
			}
			catch (InvalidDefinitionException ex) {
				invalid.addAll(ex.getDefinitions());
			}
		}
		if (this.started) {
			this.missingSecretsLog.update(this::lacking);
			this.factory.releaseUnused(all());
		}
		if (!invalid.isEmpty()) {
			this.log.error(
					"Secrets or SSL bundles have changed, but not as they can be used: what they say here is left as it was.",
					invalid);
		}
	}

	/** Those that lack secrets, and which. */
	List<InvalidDefinition> lacking() {
		return all().stream().map(ManagedMiddleware::lacking).filter(Objects::nonNull).toList();
	}

	/** Those that are named, and those of routes. */
	List<ManagedMiddleware> all() {
		List<ManagedMiddleware> all = new ArrayList<>(this.named.values());
		this.inline.values().forEach((reference) -> {
			ManagedMiddleware middleware = reference.get();
			if (middleware != null) {
				all.add(middleware);
			}
		});
		return all;
	}

	/** The names of all. */
	Set<String> names() {
		return all().stream().map(ManagedMiddleware::name).collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * The middleware of a name in any spelling, or of {@code route:} and a route's id.
	 */
	@Nullable ManagedMiddleware find(String name) {
		ManagedMiddleware named = this.named.get(MiddlewareProperties.uniform(name));
		return (named != null) ? named
				: all().stream().filter((managed) -> managed.name().equals(name)).findFirst().orElse(null);
	}

	/** Warn of connections that verify nothing and of certificates that end soon. */
	public void warnOfTransportConcerns() {
		for (ManagedMiddleware managed : all()) {
			if (managed.get() instanceof Middleware middleware) {
				TransportConcerns.of(middleware.grant().transport().tls(), this.clock.instant())
					.forEach((concern) -> logger.warn("%s: %s".formatted(managed.place(), concern)));
			}
		}
	}

	/**
	 * From now on there may be requests, and routes that others than the operator have
	 * added.
	 * @param failFast whether it is an error that secrets are missing
	 */
	void started(boolean failFast) {
		this.secrets.awaitFirstRead(FIRST_READ);
		this.started = true;
		List<InvalidDefinition> lacking = lacking();
		if (failFast && !lacking.isEmpty()) {
			throw new InvalidDefinitionException(lacking);
		}
		this.missingSecretsLog.update(() -> lacking);
		warnOfTransportConcerns();
	}

	/** All that is wrong below {@code oauth-cc}. */
	List<InvalidDefinition> check() {
		List<InvalidDefinition> invalid = new ArrayList<>(checkCommon(this.properties));
		for (String name : this.properties.middlewareNames()) {
			if (name.startsWith(OAuthClientCredentialsGatewayFilterFactory.Config.NAME_OF_ROUTE)) {
				invalid.add(new InvalidDefinition(placeOf(name), List.of(new OptionError("name",
						"begins as those of middlewares that stand on a route do", "Choose another name."))));
			}
			try {
				named(name, placeOf(name));
			}
			catch (InvalidDefinitionException ex) {
				invalid.addAll(ex.getDefinitions());
			}
		}
		return invalid;
	}

	private List<InvalidDefinition> checkCommon(MiddlewareProperties properties) {
		List<InvalidDefinition> invalid = new ArrayList<>();
		List<OptionError> wrong = properties.wrongProperties();
		if (!wrong.isEmpty()) {
			invalid.add(new InvalidDefinition("the application", wrong));
		}
		List<OptionError> ofDefaults = new ArrayList<>();
		OptionReferences references = new OptionReferences(this.secrets, (any) -> true);
		properties.bindDefaults(references, ofDefaults);
		ofDefaults.removeIf(references::concerns);
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
		this.missingSecretsLog.update(this::lacking);
		this.factory.releaseUnused(all());
		if (event.getKeys().stream().anyMatch(MiddlewareProperties::isCommon)) {
			logger.warn(
					"A change of oauth-cc.access-log, oauth-cc.cache, oauth-cc.resilience or oauth-cc.secrets takes effect at the next start");
		}
	}

	private void change(String name, MiddlewareProperties changed) {
		named(name, placeOf(name))
			.change(() -> this.factory.create(name, placeOf(name), (any) -> true, changed::bindMiddleware));
	}

	private static String placeOf(String name) {
		return "middleware '%s'".formatted(name);
	}

	private ManagedMiddleware named(String reference, String place) {
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
		String key = MiddlewareProperties.uniform(name);
		ManagedMiddleware known = this.named.get(key);
		if (known != null) {
			return known;
		}
		ManagedMiddleware middleware = this.named.computeIfAbsent(key,
				(absent) -> this.factory.manage(name, placeOf(name),
						() -> this.factory.create(name, placeOf(name), (any) -> true, properties::bindMiddleware)));
		return upToDate(middleware);
	}

	private static InvalidDefinitionException invalid(String place, OptionError error) {
		return new InvalidDefinitionException(List.of(new InvalidDefinition(place, List.of(error))));
	}

}
