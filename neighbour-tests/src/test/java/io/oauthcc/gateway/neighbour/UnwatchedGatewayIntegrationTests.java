package io.oauthcc.gateway.neighbour;

import java.util.Map;
import java.util.Objects;

import io.oauthcc.gateway.filter.MiddlewareDescription;
import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.TokenEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway that nobody watches: what would show meters, health and the endpoint is not
 * on the class path of these tests.
 */
class UnwatchedGatewayIntegrationTests {

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.core.instrument.MeterRegistry",
			"org.springframework.boot.actuate.endpoint.annotation.Endpoint",
			"org.springframework.boot.health.contributor.HealthIndicator" })
	void classPathWhenTestedThenLacksWhatWouldWatch(String className) {
		assertThat(ClassUtils.isPresent(className, null)).isFalse();
	}

	@Test
	void callsWhenNobodyWatchesThenServedAndCountedAllTheSame() {
		try (TokenEndpoint idp = TokenEndpoint
			.start(); Upstream upstream = Upstream.start(); TestGateway gateway = TestGateway.start("""
					oauth-cc.middlewares.orders: {url: <idp>, clientId: gateway, clientSecret: hush}
					spring.cloud.gateway.server.webflux.routes:
					  - {id: orders, uri: <upstream>, predicates: [Path=/**], filters: [OAuthClientCredentials=orders]}
					""", Map.of("idp", idp.url(), "upstream", upstream.url()), Open.class)) {
			idp.answer(TokenEndpoint.token("hush-token", 600));
			for (int call = 0; call < 2; call++) {
				gateway.client()
					.get()
					.uri("/x")
					.exchange()
					.expectStatus()
					.isOk()
					.expectBody(String.class)
					.returnResult();
			}
			MiddlewareDescription orders = Objects
				.requireNonNull(gateway.context().getBean(MiddlewareInspector.class).describe("orders"));
			assertThat(orders.activity().countOf(TokenEvent.OBTAINED)).isEqualTo(1);
			assertThat(orders.activity().countOf(TokenEvent.FOUND_IN_MEMORY)).isEqualTo(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Open {

		@Bean
		SecurityWebFilterChain open(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll()).build();
		}

	}

}
