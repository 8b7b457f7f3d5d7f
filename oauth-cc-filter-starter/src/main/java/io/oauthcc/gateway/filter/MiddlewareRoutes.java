package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;

/**
 * Finds the routes of this gateway that use a middleware.
 */
public final class MiddlewareRoutes {

	private final RouteLocator routes;

	/**
	 * Create for the routes of a gateway.
	 * @param routes locates the routes
	 */
	public MiddlewareRoutes(RouteLocator routes) {
		this.routes = routes;
	}

	/**
	 * The routes as they are now.
	 * @return the ids of the routes of each middleware that has any, by its name
	 */
	public Mono<Map<String, List<String>>> byMiddleware() {
		return this.routes.getRoutes().collectList().map(MiddlewareRoutes::group);
	}

	private static Map<String, List<String>> group(List<Route> routes) {
		return routes.stream()
			.filter((route) -> middlewareOf(route) != null)
			.collect(Collectors.groupingBy((route) -> String.valueOf(middlewareOf(route)), TreeMap::new,
					Collectors.mapping(Route::getId, Collectors.toList())));
	}

	private static @Nullable String middlewareOf(Route route) {
		LastOfRouteFilter acting = null;
		for (GatewayFilter filter : route.getFilters()) {
			GatewayFilter candidate = (filter instanceof OrderedGatewayFilter ordered) ? ordered.getDelegate() : filter;
			if (candidate instanceof LastOfRouteFilter last && (acting == null || last.isAfter(acting))) {
				acting = last;
			}
		}
		return (acting != null && acting.delegate() instanceof TokenFilter filter) ? filter.middlewareName() : null;
	}

}
