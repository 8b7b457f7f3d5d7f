package io.oauthcc.benchmark.throughput;

/**
 * One kind of route of one gateway.
 *
 * @param gateway the gateway's name in {@code throughput.sh}
 * @param name the route's name there
 */
record Route(String gateway, String name) {

	/** The route of the same gateway that sets a constant header. */
	Route constant() {
		return new Route(this.gateway, "constant");
	}

	Route plain() {
		return new Route(this.gateway, "plain");
	}

}
