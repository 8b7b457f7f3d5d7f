package io.oauthcc.gateway.attempt;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailedAttempts}.
 */
class FailedAttemptsTests {

	private static final AttemptLimits LIMITS = new AttemptLimits(Duration.ofSeconds(60), 20, 5, 0);

	private final MutableClock clock = new MutableClock();

	private final FailedAttempts attempts = new FailedAttempts(this.clock);

	private final TokenKeyGenerator keys = new TokenKeyGenerator();

	@Test
	void refusalWhenManyCredentialsOfOneAddressThenTurnedAwayUntilWindowIsOver() {
		for (int count = 0; count < 20; count++) {
			assertThat(refusal("192.0.2.1", "client" + count, "secret")).isNull();
			refused("192.0.2.1", "client" + count, "secret");
			this.clock.advance(Duration.ofSeconds(1));
		}
		AccessTokenException refusal = Objects.requireNonNull(refusal("192.0.2.1", "another", "secret"));
		assertThat(refusal.getFailure()).isEqualTo(AccessTokenFailure.TOO_MANY_ATTEMPTS);
		assertThat(refusal.getRetryAfter()).isEqualTo(Duration.ofSeconds(40));
		assertThat(refusal("192.0.2.2", "another", "secret")).isNull();
		this.clock.advance(Duration.ofSeconds(40));
		assertThat(refusal("192.0.2.1", "another", "secret")).isNull();
	}

	@Test
	void refusalWhenManySecretsOfOneClientThenThatClientAloneIsTurnedAway() {
		for (int count = 0; count < 5; count++) {
			refused("192.0.2.1", "client", "secret" + count);
		}
		assertThat(refusal("192.0.2.1", "client", "secret")).isNotNull();
		assertThat(refusal("192.0.2.1", "other", "secret")).isNull();
		assertThat(refusal("192.0.2.2", "client", "secret")).isNull();
	}

	@Test
	void refusalWhenOneStaleSecretIsRepeatedThenNobodyIsTurnedAway() {
		for (int count = 0; count < 10_000; count++) {
			refused("192.0.2.1", "client", "stale");
			this.clock.advance(Duration.ofMillis(10));
		}
		assertThat(refusal("192.0.2.1", "client", "right")).isNull();
		assertThat(refusal("192.0.2.1", "client", "stale")).isNull();
	}

	@Test
	void refusalWhenManyAddressesGuessAtOneClientThenItsOwnerIsNotTurnedAway() {
		for (int count = 0; count < 10_000; count++) {
			refused("10.0." + count / 250 + "." + count % 250, "client", "secret" + count);
		}
		assertThat(refusal("192.0.2.1", "client", "right")).isNull();
	}

	@Test
	void refusalWhenSameSecretOnManyRoutesThenCountsOnce() {
		for (int count = 0; count < 100; count++) {
			settle("192.0.2.1", this.keys.requestsOf(TestGrants.grant().scopes("scope" + count).build())
				.with(ClientCredentials.ofCaller("client", "stale", "Basic x")), true);
		}
		assertThat(refusal("192.0.2.1", "client", "right")).isNull();
	}

	@Test
	void refusalWhenOtherTokenEndpointThenNotTurnedAway() {
		for (int count = 0; count < 100; count++) {
			refused("192.0.2.1", "client", "secret" + count);
		}
		AccessTokenRequest other = this.keys.requestsOf(TestGrants.grant().tokenUri("http://other/token").build())
			.with(ClientCredentials.ofCaller("client", "right", "Basic x"));
		assertThat(attempt("192.0.2.1", other).tryEnter()).isNull();
	}

	@Test
	void tryEnterWhenManyAreTriedAtTheSameTimeThenNoMoreThanTheLimit() {
		List<Admission> entered = new ArrayList<>();
		for (int count = 0; count < 100; count++) {
			Admission attempt = attempt("192.0.2.1", request("client", "secret" + count));
			if (attempt.tryEnter() == null) {
				entered.add(attempt);
			}
		}
		assertThat(entered).hasSize(5);
		assertThat(refusal("192.0.2.1", "other", "secret")).isNull();
		AccessTokenException refusal = Objects.requireNonNull(refusal("192.0.2.1", "client", "secret"));
		assertThat(refusal.getRetryAfter()).isEqualTo(Duration.ofSeconds(1));
		entered.forEach((attempt) -> attempt.leave(false));
		assertThat(refusal("192.0.2.1", "client", "secret")).isNull();
	}

	@Test
	void tryEnterWhenTheSameIsTriedOnManyRoutesThenCountsOnce() {
		for (int count = 0; count < 100; count++) {
			assertThat(attempt("192.0.2.1", this.keys.requestsOf(TestGrants.grant().scopes("scope" + count).build())
				.with(ClientCredentials.ofCaller("client", "right", "Basic x"))).tryEnter()).isNull();
		}
	}

	private void refused(String address, String clientId, String secret) {
		settle(address, request(clientId, secret), true);
	}

	private void settle(String address, AccessTokenRequest request, boolean refused) {
		Admission attempt = attempt(address, request);
		if (attempt.tryEnter() == null) {
			attempt.leave(refused);
		}
	}

	private @Nullable AccessTokenException refusal(String address, String clientId, String secret) {
		Admission attempt = attempt(address, request(clientId, secret));
		AccessTokenException refusal = attempt.tryEnter();
		if (refusal == null) {
			attempt.leave(false);
		}
		return refusal;
	}

	private Admission attempt(String address, AccessTokenRequest request) {
		MockServerWebExchange exchange = MockServerWebExchange
			.from(MockServerHttpRequest.get("/").remoteAddress(new InetSocketAddress(address, 80)));
		return this.attempts.of(exchange, request, LIMITS);
	}

	private AccessTokenRequest request(String clientId, String secret) {
		return this.keys.requestsOf(TestGrants.grant().build())
			.with(ClientCredentials.ofCaller(clientId, secret, "Basic x"));
	}

}
