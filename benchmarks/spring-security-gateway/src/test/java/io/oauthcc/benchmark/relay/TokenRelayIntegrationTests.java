package io.oauthcc.benchmark.relay;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.oauthcc.benchmark.security.SpringSecurityGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code TokenRelay} makes of client credentials.
 */
class TokenRelayIntegrationTests {

	private static final String BASIC = "Basic Y2FsbGVyOnNlY3JldA==";

	private final AtomicInteger tokens = new AtomicInteger();

	/** Token endpoint and service; the service's answer is what it got. */
	private final DisposableServer server = HttpServer.create()
		.host("127.0.0.1")
		.port(0)
		.route((routes) -> routes
			.post("/token",
					(request, response) -> response.header("Content-Type", "application/json")
						.sendString(Mono.just("{\"access_token\":\"t%d\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
							.formatted(this.tokens.incrementAndGet()))))
			.get("/bench/relay/1",
					(request, response) -> response
						.sendString(Mono.just(String.valueOf(request.requestHeaders().get("Authorization"))))))
		.bindNow();

	@AfterEach
	void stop() {
		this.server.disposeNow();
	}

	@Test
	void relayWhenNobodyIsAuthenticatedThenCallersCredentialsReachService() {
		assertThat(relayed(WithoutAnonymous.class)).containsOnly(BASIC);
		assertThat(this.tokens).hasValue(0);
	}

	@Test
	void relayWhenAnonymousAndDefaultManagerThenTokenForEachRequest() {
		assertThat(relayed(WithAnonymous.class)).containsExactly("Bearer t1", "Bearer t2", "Bearer t3");
	}

	@Test
	void relayWhenAnonymousAndManagerOfServiceThenOneToken() {
		assertThat(relayed(SpringSecurityGateway.class)).containsOnly("Bearer t1");
	}

	/** What the service gets of three requests. */
	private List<String> relayed(Class<?> application) {
		String address = "http://127.0.0.1:" + this.server.port();
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(application).run("--server.port=0",
				"--upstream.uri=" + address,
				"--spring.security.oauth2.client.provider.bench.token-uri=" + address + "/token",
				"--spring.cloud.gateway.server.webflux.routes[0].id=relay",
				"--spring.cloud.gateway.server.webflux.routes[0].uri=" + address,
				"--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/bench/relay/1",
				"--spring.cloud.gateway.server.webflux.routes[0].filters[0]=TokenRelay=gateway")) {
			String port = context.getEnvironment().getRequiredProperty("local.server.port");
			WebClient client = WebClient.create("http://127.0.0.1:" + port);
			return IntStream.range(0, 3)
				.mapToObj((i) -> client.get()
					.uri("/bench/relay/1")
					.header("Authorization", BASIC)
					.retrieve()
					.bodyToMono(String.class)
					.block())
				.toList();
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithoutAnonymous {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.csrf(ServerHttpSecurity.CsrfSpec::disable).build();
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithAnonymous {

		@Bean
		SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http.anonymous(Customizer.withDefaults()).csrf(ServerHttpSecurity.CsrfSpec::disable).build();
		}

	}

}
