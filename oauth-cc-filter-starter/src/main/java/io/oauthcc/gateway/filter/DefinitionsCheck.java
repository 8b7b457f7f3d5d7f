package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.support.ConfigurationService;

/**
 * Checks at the start all that the configuration says of this filter: the properties
 * below {@code oauth-cc}, the default filters, and the routes. Spring Cloud Gateway would
 * only log the first error, and serve none of its routes.
 * <p>
 * Routes from other places, such as a repository, may come and go and stop no start.
 */
public final class DefinitionsCheck implements SmartInitializingSingleton {

	private final OAuthClientCredentialsGatewayFilterFactory factory;

	private final Middlewares middlewares;

	private final GatewayProperties gateway;

	private final ConfigurationService configurationService;

	private final boolean failFast;

	/** Held until the routes hold them. */
	private final List<Supplier<MiddlewareState>> used = new ArrayList<>();

	/**
	 * Create a check.
	 * @param factory the filter's factory
	 * @param middlewares the middlewares to check
	 * @param gateway holds the default filters and the routes
	 * @param configurationService binds a definition as the gateway does
	 * @param failFast whether it is an error that secrets are missing
	 */
	public DefinitionsCheck(OAuthClientCredentialsGatewayFilterFactory factory, Middlewares middlewares,
			GatewayProperties gateway, ConfigurationService configurationService, boolean failFast) {
		this.factory = factory;
		this.middlewares = middlewares;
		this.gateway = gateway;
		this.configurationService = configurationService;
		this.failFast = failFast;
	}

	/**
	 * Check everything.
	 * @throws InvalidDefinitionException with all errors, if there are any
	 */
	@Override
	public void afterSingletonsInstantiated() {
		// Each once, though several routes may use a middleware that cannot work.
		Set<InvalidDefinition> invalid = new LinkedHashSet<>(this.middlewares.check());
		check("the default filters", null, this.gateway.getDefaultFilters(), invalid);
		for (RouteDefinition route : this.gateway.getRoutes()) {
			check("route '%s'".formatted(route.getId()), route.getId(), route.getFilters(), invalid);
		}
		if (!invalid.isEmpty()) {
			throw new InvalidDefinitionException(new ArrayList<>(invalid));
		}
		this.middlewares.started(this.failFast);
		this.factory.started();
		this.used.clear();
	}

	private void check(String place, @Nullable String routeId, List<FilterDefinition> filters,
			Set<InvalidDefinition> invalid) {
		for (FilterDefinition filter : filters) {
			if (!this.factory.name().equals(filter.getName())) {
				continue;
			}
			OAuthClientCredentialsGatewayFilterFactory.Config config = bind(filter);
			config.setRouteId(routeId);
			List<OptionError> altered = ArgumentNames.check(filter.getArgs().keySet(), config.keySet());
			if (!altered.isEmpty()) {
				invalid.add(new InvalidDefinition(place, altered));
			}
			try {
				this.used.add(this.middlewares.of(config, place));
			}
			catch (InvalidDefinitionException ex) {
				invalid.addAll(ex.getDefinitions());
			}
		}
	}

	private OAuthClientCredentialsGatewayFilterFactory.Config bind(FilterDefinition filter) {
		return this.configurationService.with(this.factory)
			.name(this.factory.name())
			.properties(filter.getArgs())
			.bind();
	}

}
