package io.oauthcc.gateway.filter;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Acts only if it is the last of its kind on the route, so that a route's own filter
 * replaces a default one. The last is the one that was made last: Spring Cloud Gateway
 * makes the default filters first but may sort them behind.
 */
final class LastOfRouteFilter implements GatewayFilter {

	private final GatewayFilter delegate;

	private final long sequence;

	LastOfRouteFilter(GatewayFilter delegate, long sequence) {
		this.delegate = delegate;
		this.sequence = sequence;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		return isReplaced(exchange) ? chain.filter(exchange) : this.delegate.filter(exchange, chain);
	}

	GatewayFilter delegate() {
		return this.delegate;
	}

	/** Whether it acts, and the other does not. */
	boolean isAfter(LastOfRouteFilter other) {
		return this.sequence > other.sequence;
	}

	private boolean isReplaced(ServerWebExchange exchange) {
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		if (route == null) {
			return false;
		}
		for (GatewayFilter filter : route.getFilters()) {
			GatewayFilter candidate = (filter instanceof OrderedGatewayFilter ordered) ? ordered.getDelegate() : filter;
			if (candidate instanceof LastOfRouteFilter other && other.sequence > this.sequence) {
				return true;
			}
		}
		return false;
	}

	@Override
	public String toString() {
		return "[OAuthClientCredentials " + this.delegate + "]";
	}

}
