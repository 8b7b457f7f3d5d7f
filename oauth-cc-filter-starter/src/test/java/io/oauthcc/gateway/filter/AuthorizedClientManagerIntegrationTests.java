package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsAuthorizedClientManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.reactive.function.client.ServerOAuth2AuthorizedClientExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The tokens of a middleware, taken by a {@code WebClient} of the same application.
 */
class AuthorizedClientManagerIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.middlewares:
			  configured:
			    url: <idp>
			    clientId: the-client
			    clientSecret: the-secret
			    scopes: a b
			  shared:
			    url: <idp>
			    clientId: shared
			    clientSecret: the-secret
			  refused:
			    url: <idp>
			    clientId: refused
			    clientSecret: the-secret
			  callers:
			    url: <idp>
			spring.cloud.gateway.server.webflux.routes:
			  - id: orders
			    uri: <upstream>
			    predicates: [Path=/orders/**]
			    filters: [OAuthClientCredentials=shared]
			""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@Test
	void webClientWhenItUsesManagerThenSharesTokenWithRoute() {
		WebClient client = WebClient.builder()
			.filter(new ServerOAuth2AuthorizedClientExchangeFilterFunction(manager("shared")))
			.build();
		String authorization = client.get()
			.uri(upstream.url() + "/direct")
			.attributes(ServerOAuth2AuthorizedClientExchangeFilterFunction.clientRegistrationId("shared"))
			.retrieve()
			.bodyToMono(String.class)
			.block(Duration.ofSeconds(10));
		gateway.client().get().uri("/orders/x").exchange().expectStatus().isOk();
		assertThat(upstream.received()).hasSize(2)
			.allSatisfy((call) -> assertThat(call.authorization()).containsExactly(authorization));
		assertThat(idp.calls()).hasSize(1);
	}

	@Test
	void authorizeWhenConfiguredThenClientWithoutSecret() {
		StepVerifier.create(manager("configured").authorize(request("configured").build())).assertNext((client) -> {
			assertThat(client.getAccessToken().getScopes()).containsExactlyInAnyOrder("a", "b");
			assertThat(client.getAccessToken().getExpiresAt()).isNotNull();
			assertThat(client.getClientRegistration().getClientId()).isEqualTo("the-client");
			assertThat(client.getClientRegistration().getClientSecret()).isNullOrEmpty();
			assertThat(client.getPrincipalName()).isEqualTo("someone");
		}).expectComplete().verify(Duration.ofSeconds(10));
	}

	@Test
	void authorizeWhenNoneConfiguredThenTakesThoseOfTheCall() {
		OAuth2AuthorizeRequest request = request("callers")
			.attribute(ClientCredentialsAuthorizedClientManager.CREDENTIALS_ATTRIBUTE,
					ClientCredentials.of("called", "called-secret"))
			.build();
		StepVerifier.create(manager("callers").authorize(request))
			.assertNext((client) -> assertThat(client.getClientRegistration().getClientId()).isEqualTo("called"))
			.expectComplete()
			.verify(Duration.ofSeconds(10));
		StepVerifier.create(Mono.defer(() -> manager("callers").authorize(request("callers").build())))
			.expectError(IllegalArgumentException.class)
			.verify(Duration.ofSeconds(10));
	}

	@Test
	void authorizeWhenRefusedThenClientAuthorizationException() {
		idp.answer(TokenEndpoint.error(401, "invalid_client"));
		StepVerifier.create(manager("refused").authorize(request("refused").build())).expectErrorSatisfies((error) -> {
			assertThat(error).isInstanceOf(ClientAuthorizationException.class)
				.hasCauseInstanceOf(AccessTokenException.class);
			assertThat(((ClientAuthorizationException) error).getError().getErrorCode()).isEqualTo("invalid_client");
		}).verify(Duration.ofSeconds(10));
	}

	@Test
	void managerWhenNoSuchMiddlewareThenThrows() {
		assertThatExceptionOfType(InvalidDefinitionException.class).isThrownBy(() -> manager("nosuch"))
			.withMessageContaining("there is no middleware 'nosuch'");
	}

	private static ReactiveOAuth2AuthorizedClientManager manager(String name) {
		return gateway.context().getBean(Middlewares.class).authorizedClientManager(name);
	}

	private static OAuth2AuthorizeRequest.Builder request(String registrationId) {
		return OAuth2AuthorizeRequest.withClientRegistrationId(registrationId).principal("someone");
	}

}
