package io.oauthcc.gateway.neighbour;

import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.factory.TokenRelayGatewayFilterFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.endpoint.ReactiveOAuth2AccessTokenResponseClient;
import org.springframework.security.web.server.SecurityWebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with Boot's OAuth 2.0 client and {@code TokenRelay} keeps its own
 * manager, and one that declares a manager keeps that.
 */
class OAuth2ClientNeighbourIntegrationTests {

	private static final String CONFIGURATION = """
			spring:
			  main.web-application-type: reactive
			  security.oauth2.client:
			    registration.relay:
			      provider: idp
			      client-id: relay
			      client-secret: relay-secret
			      authorization-grant-type: client_credentials
			    provider.idp.token-uri: <idp>
			  cloud.gateway.server.webflux.routes:
			    - id: ours
			      uri: <upstream>
			      predicates: [Path=/ours/**]
			      filters:
			        - name: OAuthClientCredentials
			          args: {url: <idp>, clientId: ours, clientSecret: ours-secret}
			    - id: relay
			      uri: <upstream>
			      predicates: [Path=/relay/**]
			      filters: [TokenRelay=relay]
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

	@Test
	void applicationWhenOAuth2ClientThenKeepsSpringSecuritysManager() {
		try (TestGateway gateway = gateway(OpenChain.class)) {
			assertThat(gateway.context().getBeansOfType(ReactiveOAuth2AuthorizedClientManager.class).values())
				.singleElement()
				.satisfies((manager) -> assertThat(manager.getClass().getName())
					.startsWith("org.springframework.security."));
			assertThat(gateway.context().getBeansOfType(ReactiveOAuth2AccessTokenResponseClient.class)).isEmpty();
			gateway.client().get().uri("/ours/x").exchange().expectStatus().isOk();
			assertThat(gateway.context().getBeanNamesForType(TokenRelayGatewayFilterFactory.class)).hasSize(1);
			gateway.client().get().uri("/relay/x").exchange().expectStatus().isOk();
		}
	}

	@Test
	void applicationWhenItDeclaresManagerThenStartsWithThatAlone() {
		try (TestGateway gateway = gateway(OpenChain.class, OwnManager.class)) {
			assertThat(gateway.context().getBeansOfType(ReactiveOAuth2AuthorizedClientManager.class))
				.containsOnlyKeys("ownManager");
			gateway.client().get().uri("/ours/x").exchange().expectStatus().isOk();
		}
	}

	private static TestGateway gateway(Class<?>... configurations) {
		return TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()), configurations);
	}

	@Configuration(proxyBeanMethods = false)
	static class OpenChain {

		@Bean
		SecurityWebFilterChain openChain(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnManager {

		@Bean
		ReactiveOAuth2AuthorizedClientManager ownManager() {
			return (request) -> Mono.empty();
		}

	}

}
