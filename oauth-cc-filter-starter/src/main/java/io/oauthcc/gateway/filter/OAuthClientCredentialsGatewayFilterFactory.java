package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.oauthcc.gateway.attempt.FailedAttempts;
import io.oauthcc.gateway.token.ClientAuthentication;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.event.FilterArgsEvent;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HasRouteId;
import org.springframework.context.ApplicationListener;

/**
 * The filter {@code OAuthClientCredentials}: obtains an access token with the OAuth 2.0
 * client credentials grant and sends the request on with it. The credentials are
 * configured (gateway level), or each caller sends its own (application level).
 * <p>
 * Once the application has started, a definition that cannot work makes a filter that
 * answers 503; before, it throws an {@link InvalidDefinitionException}, which stops the
 * start.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749, section
 * 4.4</a>
 */
public class OAuthClientCredentialsGatewayFilterFactory
		extends AbstractGatewayFilterFactory<OAuthClientCredentialsGatewayFilterFactory.Config>
		implements ApplicationListener<FilterArgsEvent> {

	private final Middlewares middlewares;

	private final AtomicLong sequence = new AtomicLong();

	private final FailedAttempts attempts;

	private final DefinitionLog log = new DefinitionLog();

	private volatile boolean started;

	private volatile boolean applicationLevel;

	/**
	 * Create a factory.
	 * @param middlewares turns definitions into middlewares
	 * @param clock tells when an address that tried too many credentials may go on
	 */
	public OAuthClientCredentialsGatewayFilterFactory(Middlewares middlewares, Clock clock) {
		super(Config.class);
		this.middlewares = middlewares;
		this.attempts = new FailedAttempts(clock);
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of(Config.MIDDLEWARE);
	}

	@Override
	public void onApplicationEvent(FilterArgsEvent event) {
		ArgumentNames.note(event);
	}

	@Override
	public GatewayFilter apply(Config config) {
		return new LastOfRouteFilter(filterOf(config), this.sequence.incrementAndGet());
	}

	private GatewayFilter filterOf(Config config) {
		try {
			List<OptionError> altered = ArgumentNames.check(config.getRouteId(), config.keySet());
			if (!altered.isEmpty()) {
				throw new InvalidDefinitionException(List.of(new InvalidDefinition(config.place(), altered)));
			}
			ManagedMiddleware middleware = this.middlewares.of(config, config.place());
			if (middleware.get().isApplicationLevel()) {
				this.applicationLevel = true;
			}
			return new TokenFilter(middleware, this.attempts);
		}
		catch (InvalidDefinitionException ex) {
			if (!this.started) {
				throw ex;
			}
			this.log.error("A route answers 503 until its definition is corrected.", ex.getDefinitions());
			return new InvalidDefinitionFilter();
		}
	}

	/**
	 * Whether a filter was made that takes the credentials of callers.
	 * @return {@code true} once there is a route at application level
	 */
	public boolean isApplicationLevel() {
		return this.applicationLevel;
	}

	void started() {
		this.started = true;
	}

	/**
	 * What stands under {@code args}: the name of a middleware, or options. A map, since
	 * Spring Cloud Gateway looks for no unknown key when it binds a bean, and a misspelt
	 * option would pass in silence.
	 * <p>
	 * The setters are for the Java route DSL. {@link #toString()} shows no value.
	 */
	public static class Config extends LinkedHashMap<String, String> implements HasRouteId {

		static final String MIDDLEWARE = "middleware";

		/** How the names of middlewares begin that stand on a route. */
		static final String NAME_OF_ROUTE = "route:";

		private @Nullable String routeId;

		/**
		 * Use a middleware of {@code oauth-cc.middlewares}.
		 * @param name its name
		 * @return this
		 */
		public Config setMiddleware(String name) {
			return with(MIDDLEWARE, name);
		}

		/**
		 * Set the token endpoint.
		 * @param url an absolute URL, http or https
		 * @return this
		 */
		public Config setUrl(String url) {
			return with("url", url);
		}

		/**
		 * Set the client id.
		 * @param clientId the id
		 * @return this
		 */
		public Config setClientId(String clientId) {
			return with("clientId", clientId);
		}

		/**
		 * Set the client secret.
		 * @param clientSecret the secret
		 * @return this
		 */
		public Config setClientSecret(String clientSecret) {
			return with("clientSecret", clientSecret);
		}

		/**
		 * Set the audience.
		 * @param audience the audience
		 * @return this
		 */
		public Config setAudience(String audience) {
			return with("audience", audience);
		}

		/**
		 * Set the scopes.
		 * @param scopes the scopes
		 * @return this
		 */
		public Config setScopes(String... scopes) {
			keySet().removeIf((name) -> name.startsWith("scopes["));
			for (int i = 0; i < scopes.length; i++) {
				with("scopes[" + i + "]", scopes[i]);
			}
			return this;
		}

		/**
		 * Set how the client authenticates itself.
		 * @param clientAuthentication the method
		 * @return this
		 */
		public Config setClientAuthentication(ClientAuthentication clientAuthentication) {
			return with("clientAuthentication", clientAuthentication.name());
		}

		/**
		 * Set any option.
		 * @param name its name, such as {@code cache.skew} or {@code parameters.resource}
		 * @param value its value
		 * @return this
		 */
		public Config with(String name, String value) {
			put(name, value);
			return this;
		}

		@Override
		public void setRouteId(@Nullable String routeId) {
			this.routeId = routeId;
		}

		@Override
		public @Nullable String getRouteId() {
			return this.routeId;
		}

		@Nullable String middleware() {
			return get(MIDDLEWARE);
		}

		Map<String, String> options() {
			Map<String, String> options = new LinkedHashMap<>(this);
			options.remove(MIDDLEWARE);
			return options;
		}

		/** Known by the route that it stands on. */
		String name() {
			return (this.routeId != null) ? NAME_OF_ROUTE + this.routeId : "a route";
		}

		String place() {
			return (this.routeId != null) ? "route '%s'".formatted(this.routeId) : "a route";
		}

		@Override
		public String toString() {
			return "Config" + keySet();
		}

	}

}
