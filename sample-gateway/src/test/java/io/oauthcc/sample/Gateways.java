package io.oauthcc.sample;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.oauthcc.sample.demo.DemoGateway;

/**
 * Starts gateways with routes of their own, which replace those of the sample.
 */
final class Gateways {

	private Gateways() {
	}

	static DemoGateway start(String routes, List<String> arguments) throws IOException {
		URL file = Objects.requireNonNull(Gateways.class.getResource(routes));
		List<String> all = new ArrayList<>(arguments);
		all.add("--spring.config.additional-location=" + file);
		return DemoGateway.start(0, all);
	}

}
