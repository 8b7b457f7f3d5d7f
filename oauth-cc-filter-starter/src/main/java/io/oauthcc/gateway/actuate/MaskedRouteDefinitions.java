package io.oauthcc.gateway.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.oauthcc.gateway.filter.OptionMask;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.beans.BeanUtils;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;

/**
 * Route definitions to look at: those of another locator, without the secrets that stand
 * in the options of one filter. Definitions that are changed for that are copies, since
 * the gateway works with the others.
 */
final class MaskedRouteDefinitions implements RouteDefinitionLocator {

	private final RouteDefinitionLocator definitions;

	private final String filter;

	private final OptionMask mask;

	/**
	 * Create a view.
	 * @param definitions the definitions as they are
	 * @param filter the name of the filter
	 * @param mask hides its secrets
	 */
	MaskedRouteDefinitions(RouteDefinitionLocator definitions, String filter, OptionMask mask) {
		this.definitions = definitions;
		this.filter = filter;
		this.mask = mask;
	}

	@Override
	public Flux<RouteDefinition> getRouteDefinitions() {
		return this.definitions.getRouteDefinitions().map(this::masked);
	}

	private RouteDefinition masked(RouteDefinition route) {
		if (route.getFilters().stream().map(FilterDefinition::getName).noneMatch(this::isConcerned)) {
			return route;
		}
		RouteDefinition copy = new RouteDefinition();
		BeanUtils.copyProperties(route, copy);
		copy.setFilters(route.getFilters()
			.stream()
			.map((filter) -> isConcerned(filter.getName()) ? masked(filter) : filter)
			.toList());
		return copy;
	}

	/** Also if its name is misspelt a little. */
	private boolean isConcerned(@Nullable String name) {
		return this.filter.equalsIgnoreCase(name);
	}

	private FilterDefinition masked(FilterDefinition filter) {
		Map<String, String> args = new LinkedHashMap<>(filter.getArgs());
		args.replaceAll((option, value) -> (value != null) ? this.mask.mask(option, value) : value);
		FilterDefinition copy = new FilterDefinition();
		BeanUtils.copyProperties(filter, copy);
		copy.setArgs(args);
		return copy;
	}

}
