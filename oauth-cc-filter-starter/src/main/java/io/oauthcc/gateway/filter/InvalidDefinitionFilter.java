package io.oauthcc.gateway.filter;

import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;

/**
 * Stands for a filter whose definition came while the gateway runs and cannot work. An
 * exception would take every other route out of service.
 */
final class InvalidDefinitionFilter implements GatewayFilter {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		return ProblemWriter.write(exchange, Problem.ROUTE_MISCONFIGURED, null);
	}

	@Override
	public String toString() {
		return "invalid definition";
	}

}
