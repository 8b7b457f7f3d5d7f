package io.oauthcc.gateway.filter;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Explains at DEBUG what is done with a call, a line for each decision. Names neither the
 * caller nor a token.
 */
final class Decisions {

	private static final Logger logger = LoggerFactory.getLogger(TokenFilter.class);

	private Decisions() {
	}

	/**
	 * Tell a decision, if anybody wants to know.
	 * @param exchange the call
	 * @param middleware the name of the middleware that decides
	 * @param decision what was decided, a constant text
	 */
	static void tell(ServerWebExchange exchange, String middleware, String decision) {
		if (logger.isDebugEnabled()) {
			log(exchange, middleware, decision);
		}
	}

	/**
	 * Tell an answer that is given instead of the service's.
	 * @param exchange the call
	 * @param middleware the name of the middleware that decides
	 * @param problem the answer
	 */
	static void tell(ServerWebExchange exchange, String middleware, Problem problem) {
		if (logger.isDebugEnabled()) {
			log(exchange, middleware, "answered %s (%s)".formatted(problem.status().value(), problem));
		}
	}

	private static void log(ServerWebExchange exchange, String middleware, String decision) {
		@Nullable Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		String routeId = (route != null) ? route.getId() : "";
		String request = exchange.getLogPrefix().trim();
		logger.atDebug()
			.addKeyValue("middleware", middleware)
			.addKeyValue("route", routeId)
			.addKeyValue("request", request)
			.log("{} {} on route {}: {}", request, middleware, routeId, decision);
	}

}
