package io.oauthcc.gateway.neighbour;

import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A security filter chain with HTTP Basic in front of a route at application level: the
 * start warns of it, and the recipe of docs/spring-security.md lets the route work.
 */
@ExtendWith(OutputCaptureExtension.class)
class BasicChainIntegrationTests {

	private static final String WARNING = "A route uses OAuthClientCredentials at application level";

	private static final String CONFIGURATION = """
			spring:
			  main.web-application-type: reactive
			  cloud.gateway.server.webflux.routes:
			    - id: orders
			      uri: <upstream>
			      predicates: ['Path=/orders/**,/other/**']
			      filters:
			        - name: OAuthClientCredentials
			          args: {url: <idp>, <credentials>}
			""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
	}

	@AfterAll
	static void stop() {
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@Test
	void startWhenChainAndApplicationLevelThenWarnsOnce(CapturedOutput output) {
		try (TestGateway gateway = gateway("scopes: a")) {
			assertThat(output.toString().split(WARNING, -1)).hasSize(2);
			// This is what it warns of: Boot's default chain takes the caller's header
			// for itself.
			call(gateway, HttpMethod.GET, "/orders/x", 401);
			assertThat(idp.calls()).isEmpty();
		}
	}

	@Test
	void startWhenChainAndGatewayLevelThenSilent(CapturedOutput output) {
		try (TestGateway gateway = gateway("clientId: a, clientSecret: b")) {
			assertThat(gateway.context().getBeansOfType(WebFilterChainProxy.class)).isNotEmpty();
			assertThat(output).doesNotContain(WARNING);
		}
	}

	@Test
	void requestWhenRecipeThenRouteTakesTheHeaderAndOthersStayProtected() {
		try (TestGateway gateway = gateway("scopes: a", Recipe.class)) {
			call(gateway, HttpMethod.POST, "/orders/x", 200);
			assertThat(upstream.received()).singleElement()
				.satisfies(
						(call) -> assertThat(call.authorization()).hasSize(1).first().asString().startsWith("Bearer "));
			call(gateway, HttpMethod.POST, "/other/x", 401);
			assertThat(upstream.received()).hasSize(1);
		}
	}

	private static void call(TestGateway gateway, HttpMethod method, String path, int status) {
		gateway.client()
			.method(method)
			.uri(path)
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic("caller", "secret"))
			.exchange()
			.expectStatus()
			.isEqualTo(status);
	}

	private static TestGateway gateway(String credentials, Class<?>... configurations) {
		return TestGateway.start(CONFIGURATION,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "credentials", credentials), configurations);
	}

	@Configuration(proxyBeanMethods = false)
	static class Recipe {

		// The recipe of docs/spring-security.md, word for word.
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SecurityWebFilterChain applicationLevelRoutes(ServerHttpSecurity http) {
			return http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/orders/**"))
				.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll())
				.httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
				.formLogin(ServerHttpSecurity.FormLoginSpec::disable)
				.csrf(ServerHttpSecurity.CsrfSpec::disable)
				.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(User.withUsername("user").password("{noop}user").build());
		}

		@Bean
		SecurityWebFilterChain everythingElse(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated()).httpBasic((basic) -> {
			}).csrf(ServerHttpSecurity.CsrfSpec::disable).build();
		}

	}

}
