package io.oauthcc.benchmark.faults;

import io.oauthcc.benchmark.security.SpringSecurityGateway;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;

/**
 * Routes named as the starter's for {@code throughput-faults.sh}: one without a fault, a
 * slow one, one that sends no token and one that sends another's.
 */
@Configuration(proxyBeanMethods = false)
public class SeededFaultsGateway {

	public static void main(String[] arguments) {
		new SpringApplicationBuilder(SpringSecurityGateway.class, SeededFaultsGateway.class).run(arguments);
	}

	@Bean
	RouteLocator seededRoutes(RouteLocatorBuilder routes, @Value("${upstream.uri}") String upstream,
			@Value("${constant.token}") String own, @Value("${seeded.caller-token}") String callers,
			@Value("${seeded.nanoseconds}") long nanoseconds) {
		return routes.routes()
			.route((route) -> route.path("/bench/gateway/**")
				.filters((filters) -> filters.filter(token(own)))
				.uri(upstream))
			.route((route) -> route.path("/bench/application/**")
				.filters((filters) -> filters.filter(token(callers)).filter(slow(nanoseconds)))
				.uri(upstream))
			.route((route) -> route.path("/bench/claimed/**").uri(upstream))
			.route((route) -> route.path("/bench/stored/**")
				.filters((filters) -> filters.filter(token(own)))
				.uri(upstream))
			.build();
	}

	private static GatewayFilter token(String token) {
		return (exchange,
				chain) -> chain.filter(exchange.mutate()
					.request((request) -> request.header(HttpHeaders.AUTHORIZATION, "Bearer " + token))
					.build());
	}

	private static GatewayFilter slow(long nanoseconds) {
		return (exchange, chain) -> {
			long end = System.nanoTime() + nanoseconds;
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			return chain.filter(exchange);
		};
	}

}
