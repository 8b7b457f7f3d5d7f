package io.oauthcc.benchmark;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.http.HttpHeaders;

/**
 * Filters at both levels that copy the headers once more than they need, one of them
 * twice.
 */
public class WastefulFilterBenchmark extends FilterBenchmark {

	@Override
	GatewayFilter filterOf(String name) {
		GatewayFilter filter = super.filterOf("constant");
		return switch (name) {
			case "gateway" -> wasting(filter);
			case "application" -> wasting(wasting(filter));
			default -> super.filterOf(name);
		};
	}

	private static GatewayFilter wasting(GatewayFilter filter) {
		return (exchange, chain) -> {
			HttpHeaders copy = new HttpHeaders();
			copy.addAll(exchange.getRequest().getHeaders());
			exchange.getAttributes().put(WastefulFilterBenchmark.class.getName(), copy);
			return filter.filter(exchange, chain);
		};
	}

}
