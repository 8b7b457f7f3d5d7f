package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.IgnoreErrorsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * The properties below {@code oauth-cc}. They are read here and not as a bean, so that no
 * actuator endpoint sees a secret and every error is reported, not only the first.
 */
final class MiddlewareProperties {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("oauth-cc");

	private static final ConfigurationPropertyName DEFAULTS = ROOT.append("defaults");

	private static final ConfigurationPropertyName MIDDLEWARES = ROOT.append("middlewares");

	private static final ConfigurationPropertyName STORES = ROOT.append("stores");

	/** Each tells where the token endpoint is. */
	private static final Set<ConfigurationPropertyName> LOCATIONS = Set.of(ConfigurationPropertyName.of("url"),
			ConfigurationPropertyName.of("issuer"));

	private static final ConfigurationPropertyName ASSERTION_AUDIENCE = ConfigurationPropertyName
		.of("client-assertion.audience");

	private static final ConfigurationPropertyName PROXY_HOST = ConfigurationPropertyName
		.of("client-config.proxy.host");

	private static final Set<ConfigurationPropertyName> PROXY_USER = Set.of(
			ConfigurationPropertyName.of("client-config.proxy.username"),
			ConfigurationPropertyName.of("client-config.proxy.password"));

	private static final ConfigurationPropertyName STORE = ConfigurationPropertyName.of("store");

	private static final ConfigurationPropertyName STORE_NAME = STORE.append("name");

	/** What is not of one middleware, which Spring Boot binds and validates itself. */
	static final Set<ConfigurationPropertyName> COMMON = Stream
		.of("cache.maximum-size", "resilience.circuit-breaker.failure-rate-threshold",
				"resilience.circuit-breaker.sliding-window", "resilience.circuit-breaker.minimum-number-of-calls",
				"resilience.circuit-breaker.wait-duration-in-open-state", "resilience.bulkhead.max-concurrent-calls",
				"access-log.enabled", "health.critical", "observation.propagate", "secrets.file-roots",
				"secrets.fail-fast", "secrets.rotation-grace", "secrets.kubernetes.namespace")
		.map(ROOT::append)
		.collect(Collectors.toUnmodifiableSet());

	private final List<ConfigurationPropertySource> sources = new ArrayList<>();

	private final PlaceholdersResolver placeholders;

	/** Each with the name by which users refer to it, in uniform spelling. */
	private final Map<String, ConfigurationPropertyName> middlewares = new LinkedHashMap<>();

	private final Map<String, String> displayNames = new LinkedHashMap<>();

	private final Map<String, OptionError> alike = new LinkedHashMap<>();

	MiddlewareProperties(Environment environment) {
		ConfigurationPropertySources.get(environment).forEach(this.sources::add);
		this.placeholders = new PropertySourcesPlaceholdersResolver(environment);
		this.sources.forEach(this::findMiddlewares);
	}

	private void findMiddlewares(ConfigurationPropertySource source) {
		for (ConfigurationPropertyName name : below(source, MIDDLEWARES)) {
			ConfigurationPropertyName middleware = name.chop(MIDDLEWARES.getNumberOfElements() + 1);
			String displayName = middleware.getLastElement(Form.ORIGINAL);
			ConfigurationPropertyName other = this.middlewares.putIfAbsent(uniform(displayName), middleware);
			if (other != null && !other.equals(middleware)) {
				this.alike.put(middleware.toString(), new OptionError(middleware.toString(),
						"differs from '%s' in case, '-' or '_' only".formatted(other), "Use another name."));
			}
			this.displayNames.putIfAbsent(uniform(displayName), displayName);
		}
	}

	/** The names of all middlewares, as their user wrote them. */
	List<String> middlewareNames() {
		return List.copyOf(this.displayNames.values());
	}

	/** The name as it stands in the configuration, or {@code null} if it does not. */
	@Nullable String middlewareName(String reference) {
		return this.displayNames.get(uniform(reference));
	}

	OAuthClientCredentialsOptions bindDefaults(OptionReferences references, List<OptionError> errors) {
		return OptionsBinder.bind(rooted(DEFAULTS), this.placeholders, references, errors);
	}

	OAuthClientCredentialsOptions bindMiddleware(String name, OptionReferences references, List<OptionError> errors) {
		ConfigurationPropertyName middleware = this.middlewares.get(uniform(name));
		return bind((middleware != null) ? rooted(middleware) : List.of(), this.placeholders, references, errors);
	}

	/**
	 * A store comes right behind what names it: the middleware itself, or the defaults.
	 */
	private OAuthClientCredentialsOptions bind(List<ConfigurationPropertySource> own, PlaceholdersResolver placeholders,
			OptionReferences references, List<OptionError> errors) {
		List<ConfigurationPropertySource> merged = new ArrayList<>(own);
		boolean named = addStore(storeNamed(own, placeholders, references), merged, errors);
		List<ConfigurationPropertySource> defaults = rooted(DEFAULTS);
		merged.addAll(without(replacedBy(own, placeholders), defaults));
		if (!named) {
			addStore(storeNamed(defaults, placeholders, references), merged, errors);
		}
		return OptionsBinder.bind(merged, placeholders, references, errors);
	}

	/** Looked at alone: a secret of the defaults may be one that is not used here. */
	private static @Nullable String storeNamed(List<ConfigurationPropertySource> sources,
			PlaceholdersResolver placeholders, OptionReferences references) {
		String store = text(sources, placeholders, STORE_NAME);
		return (store != null) ? references.resolve("store.name", store, new OptionErrors(new ArrayList<>())) : null;
	}

	private static @Nullable String text(List<ConfigurationPropertySource> sources, PlaceholdersResolver placeholders,
			ConfigurationPropertyName option) {
		// What cannot be read is told of when all options are bound.
		return OptionErrors.text(
				new Binder(sources, placeholders).bind(option, Bindable.of(String.class), new IgnoreErrorsBindHandler())
					.orElse(null));
	}

	/**
	 * A middleware's own token endpoint is meant instead of the defaults' issuer, which
	 * its assertions are not for, and its own proxy is none that the defaults' user is to
	 * be shown to.
	 */
	private static Set<ConfigurationPropertyName> replacedBy(List<ConfigurationPropertySource> own,
			PlaceholdersResolver placeholders) {
		Set<ConfigurationPropertyName> replaced = new HashSet<>();
		if (LOCATIONS.stream().anyMatch((location) -> text(own, placeholders, location) != null)) {
			replaced.addAll(LOCATIONS);
			replaced.add(ASSERTION_AUDIENCE);
		}
		if (text(own, placeholders, PROXY_HOST) != null) {
			replaced.addAll(PROXY_USER);
		}
		return replaced;
	}

	private static List<ConfigurationPropertySource> without(Set<ConfigurationPropertyName> replaced,
			List<ConfigurationPropertySource> defaults) {
		return defaults.stream().map((source) -> source.filter((name) -> !replaced.contains(name))).toList();
	}

	private boolean addStore(@Nullable String store, List<ConfigurationPropertySource> merged,
			List<OptionError> errors) {
		if (store == null) {
			return false;
		}
		Map<String, Object> options = storeOptions(store);
		if (options.isEmpty()) {
			errors.add(new OptionError("store.name", "there is no store of that name",
					"Define it below 'oauth-cc.stores'."));
		}
		merged.add(new MapConfigurationPropertySource(options));
		return true;
	}

	private Map<String, Object> storeOptions(String store) {
		Map<String, Object> options = new LinkedHashMap<>();
		int depth = STORES.getNumberOfElements() + 1;
		for (ConfigurationPropertySource source : this.sources) {
			for (ConfigurationPropertyName name : below(source, STORES)) {
				ConfigurationProperty property = source.getConfigurationProperty(name);
				if (property != null && name.getNumberOfElements() > depth
						&& uniform(name.getElement(depth - 1, Form.ORIGINAL)).equals(uniform(store))) {
					options.putIfAbsent(STORE.append(name.subName(depth)).toString(), property.getValue());
				}
			}
		}
		return options;
	}

	/**
	 * Binds what stands on a route, as it stands there: whoever may add a route while the
	 * gateway runs could else read every property by a placeholder.
	 */
	OAuthClientCredentialsOptions bindInline(Map<String, String> args, OptionReferences references,
			List<OptionError> errors) {
		return bind(List.of(new MapConfigurationPropertySource(args)),
				(value) -> args.containsValue(value) ? value : this.placeholders.resolvePlaceholders(value), references,
				errors);
	}

	/** What stands below {@code oauth-cc} but means nothing, or not one thing alone. */
	List<OptionError> wrongProperties() {
		Map<String, OptionError> unknown = new LinkedHashMap<>(this.alike);
		for (ConfigurationPropertySource source : this.sources) {
			for (ConfigurationPropertyName name : below(source, ROOT)) {
				if (!isKnown(name)) {
					String display = OptionNames.display(name);
					unknown.putIfAbsent(display, new OptionError(display, "unknown property",
							"Use 'oauth-cc.middlewares.<name>', 'oauth-cc.defaults', 'oauth-cc.stores.<name>' or one of %s."
								.formatted(COMMON.stream()
									.map((common) -> "'" + common + "'")
									.sorted()
									.collect(Collectors.joining(", ")))));
				}
			}
		}
		return List.copyOf(unknown.values());
	}

	private static boolean isKnown(ConfigurationPropertyName name) {
		return COMMON.stream()
			.anyMatch((common) -> name.equals(common) || name.isAncestorOf(common) || common.isAncestorOf(name))
				|| DEFAULTS.equals(name) || DEFAULTS.isAncestorOf(name) || MIDDLEWARES.equals(name)
				|| MIDDLEWARES.isAncestorOf(name) || STORES.equals(name) || STORES.isAncestorOf(name);
	}

	private List<ConfigurationPropertySource> rooted(ConfigurationPropertyName root) {
		return this.sources.stream()
			.map((source) -> source.filter(root::isAncestorOf).withPrefix(root.toString()))
			.toList();
	}

	private static List<ConfigurationPropertyName> below(ConfigurationPropertySource source,
			ConfigurationPropertyName root) {
		return (source instanceof IterableConfigurationPropertySource iterable)
				? iterable.stream().filter(root::isAncestorOf).toList() : List.of();
	}

	/** Whether the property is one that is read at the start only. */
	static boolean isCommon(String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.isValid(property)
				? ConfigurationPropertyName.of(property) : ConfigurationPropertyName.EMPTY;
		return COMMON.contains(name);
	}

	static String uniform(String name) {
		return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
	}

}
