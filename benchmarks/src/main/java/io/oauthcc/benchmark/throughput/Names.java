package io.oauthcc.benchmark.throughput;

import java.util.Map;

/**
 * How the tables and the chart call what the script abbreviates.
 */
final class Names {

	private static final Map<String, String> GATEWAYS = Map.of("starter", "this starter", "security", "Spring Security",
			"nginx", "nginx, Lua", "haproxy", "HAProxy, Lua", "fastify", "Fastify, openid-client");

	private static final Map<String, String> ROUTES = Map.of("plain", "plain", "constant", "constant header", "gateway",
			"gateway level", "application", "application level", "stored", "application level, Redis", "claimed",
			"gateway level, claims and headers", "manager", "manager, gateway level", "callers",
			"manager, application level", "relay", "TokenRelay");

	private Names() {
	}

	static String gateway(Route route) {
		return GATEWAYS.getOrDefault(route.gateway(), route.gateway());
	}

	static String route(Route route) {
		return ROUTES.getOrDefault(route.name(), route.name());
	}

}
