package io.oauthcc.gateway.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ClientCredentialsAuthorizedClientManager}.
 */
class ClientCredentialsAuthorizedClientManagerTests {

	private static final ClientCredentials CONFIGURED = ClientCredentials.of("hush-id", "hush-secret");

	private static final ClientCredentials CALLER = ClientCredentials.ofCaller("hush-caller", "hush-secret", "Basic a");

	private static final Instant NOW = MutableClock.START;

	private final ClientCredentialsGrant grant = TestGrants.grant()
		.scopes("read")
		.clientAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
		.build();

	private final AccessTokenRequests requests = new TokenKeyGenerator().requestsOf(this.grant);

	private final AccessTokenSource tokens = mock();

	@Test
	void authorizeWhenConfiguredThenItsTokenAndRegistration() {
		answer(CONFIGURED, TestGrants.CACHE_POLICY.accept("a", Set.of("write"), NOW, NOW.plusSeconds(60)));
		OAuth2AuthorizedClient client = authorize(CONFIGURED, request(null));
		assertThat(client.getAccessToken().getTokenValue()).isEqualTo("a");
		assertThat(client.getAccessToken().getScopes()).containsExactly("write");
		assertThat(client.getAccessToken().getIssuedAt()).isEqualTo(NOW);
		assertThat(client.getAccessToken().getExpiresAt()).isEqualTo(NOW.plusSeconds(60));
		assertThat(client.getPrincipalName()).isEqualTo("somebody");
		assertThat(client.getClientRegistration().getRegistrationId()).isEqualTo("orders");
		assertThat(client.getClientRegistration().getClientId()).isEqualTo("hush-id");
		assertThat(client.getClientRegistration().getScopes()).containsExactly("read");
		assertThat(client.getClientRegistration().getProviderDetails().getTokenUri())
			.isEqualTo("http://127.0.0.1:4444/oauth2/token");
		assertThat(client.getClientRegistration().getClientAuthenticationMethod())
			.isEqualTo(ClientAuthenticationMethod.CLIENT_SECRET_POST);
	}

	@Test
	void authorizeWhenCallersThenWithTheAttribute() {
		answer(CALLER, TestGrants.CACHE_POLICY.accept("a", null, NOW, NOW.plusSeconds(60)));
		OAuth2AuthorizedClient client = authorize(null, request(CALLER));
		assertThat(client.getClientRegistration().getClientId()).isEqualTo("hush-caller");
		assertThat(client.getAccessToken().getScopes()).containsExactly("read");
		assertThatIllegalArgumentException().isThrownBy(() -> authorize(null, request(null)))
			.withMessageContaining(ClientCredentialsAuthorizedClientManager.CREDENTIALS_ATTRIBUTE);
	}

	@Test
	void authorizeWhenTokenHasNoLifetimeThenTheShortest() {
		answer(CONFIGURED, TestGrants.CACHE_POLICY.accept("a", null, NOW, NOW));
		assertThat(authorize(CONFIGURED, request(null)).getAccessToken().getExpiresAt()).isEqualTo(NOW.plusMillis(1));
	}

	@Test
	void authorizeWhenOfAnotherGrantThenRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> authorize(CONFIGURED,
					OAuth2AuthorizeRequest.withClientRegistrationId("other").principal("somebody").build()))
			.withMessage("clientRegistrationId: other (expected: orders)");
	}

	@ParameterizedTest
	@CsvSource({ "CLIENT_REFUSED, invalid_client", "GRANT_REFUSED, access_denied", "REQUEST_REJECTED, invalid_request",
			"TIMEOUT, temporarily_unavailable", "NOT_ASKED, temporarily_unavailable", "BAD_ANSWER, server_error",
			"UNVERIFIED, server_error" })
	void authorizeWhenFailedThenItsCode(AccessTokenFailure failure, String code) {
		given(this.tokens.getToken(any(), any())).willReturn(Mono.error(new AccessTokenException(failure, "no")));
		StepVerifier.create(manager(CONFIGURED).authorize(request(null))).expectErrorSatisfies((error) -> {
			assertThat(error).isInstanceOf(ClientAuthorizationException.class)
				.hasCauseInstanceOf(AccessTokenException.class);
			ClientAuthorizationException ex = (ClientAuthorizationException) error;
			assertThat(ex.getError().getErrorCode()).isEqualTo(code);
			assertThat(ex.getClientRegistrationId()).isEqualTo("orders");
		}).verify(Duration.ofSeconds(10));
	}

	private void answer(ClientCredentials credentials, AccessToken token) {
		AccessTokenRequest expected = this.requests.with(credentials);
		given(this.tokens.getToken(argThat((request) -> expected.key().equals(request.key())), any()))
			.willReturn(Mono.just(token));
	}

	private OAuth2AuthorizedClient authorize(@Nullable ClientCredentials configured, OAuth2AuthorizeRequest request) {
		return Objects.requireNonNull(manager(configured).authorize(request).block(Duration.ofSeconds(10)));
	}

	private ClientCredentialsAuthorizedClientManager manager(@Nullable ClientCredentials configured) {
		return new ClientCredentialsAuthorizedClientManager(this.grant, this.requests, configured, this.tokens);
	}

	private static OAuth2AuthorizeRequest request(@Nullable ClientCredentials credentials) {
		return OAuth2AuthorizeRequest.withClientRegistrationId("orders")
			.principal("somebody")
			.attributes((attributes) -> {
				if (credentials != null) {
					attributes.put(ClientCredentialsAuthorizedClientManager.CREDENTIALS_ATTRIBUTE, credentials);
				}
			})
			.build();
	}

}
