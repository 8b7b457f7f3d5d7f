package io.oauthcc.gateway.token.client;

import java.time.Duration;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.MutableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a circuit opens, and when not.
 */
@ExtendWith(OutputCaptureExtension.class)
class TokenEndpointBreakerTests {

	private final MutableClock clock = new MutableClock();

	private final TokenEndpointBreaker breaker = new TokenEndpointBreaker("idp",
			new ResilienceSettings(50, Duration.ofSeconds(30), 10, Duration.ofSeconds(5), 256), this.clock);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void breakerWhenFailuresAreOverAndSuccessesBeforeThemLeaveWindowThenStaysClosed(boolean refused) {
		seconds(10, 10, 0);
		seconds(6, 0, 15);
		for (int second = 0; second < 40; second++) {
			if (refused) {
				this.breaker.failed(this.breaker.now(),
						new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "no"));
			}
			seconds(1, refused ? 2 : 3, 0);
			assertThat(this.breaker.state()).isEqualTo(EndpointState.CLOSED);
		}
	}

	@Test
	void breakerWhenFailsAgainWhileFailuresOutweighThenOpens() {
		seconds(10, 10, 0);
		seconds(6, 0, 15);
		seconds(24, 3, 0);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.CLOSED);
		seconds(1, 0, 1);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.OPEN);
	}

	@Test
	void breakerWhenOneMoreFailsAmongManyAnswersThenStaysClosed() {
		seconds(1, 0, 9);
		seconds(20, 100, 0);
		seconds(1, 0, 1);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.CLOSED);
	}

	@Test
	void breakerWhenFewAnswersAmongFailuresThenOpens() {
		seconds(3, 1, 4);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.OPEN);
	}

	@Test
	void breakerWhenHalfOpenAndAnsweredThenClosed() {
		seconds(1, 0, 10);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.OPEN);
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.breaker.tryAcquire()).isNull();
		assertThat(this.breaker.state()).isEqualTo(EndpointState.HALF_OPEN);
		this.breaker.succeeded(this.breaker.now());
		assertThat(this.breaker.state()).isEqualTo(EndpointState.CLOSED);
	}

	@Test
	void breakerWhenHalfOfTenFailThenOpens() {
		seconds(1, 5, 4);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.CLOSED);
		seconds(1, 0, 1);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.OPEN);
	}

	@Test
	void breakerWhenClosedAgainThenOpensTheNextTimeToo() {
		seconds(1, 0, 10);
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.breaker.tryAcquire()).isNull();
		this.breaker.succeeded(this.breaker.now());
		seconds(1, 0, 10);
		assertThat(this.breaker.state()).isEqualTo(EndpointState.OPEN);
		assertThat(this.breaker.tryAcquire()).isEqualTo(Duration.ofSeconds(4));
	}

	@Test
	void breakerWhenItOpensAndClosesThenLogSaysEachOnce(CapturedOutput output) {
		seconds(1, 0, 12);
		assertThat(output).containsOnlyOnce("Too many token requests failed: idp is not asked for 5 seconds");
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.breaker.tryAcquire()).isNull();
		assertThat(output).doesNotContain("answers again");
		this.breaker.succeeded(this.breaker.now());
		assertThat(output).containsOnlyOnce("idp answers again");
	}

	/** So many of both in each. */
	@Test
	void breakerWhenHalfOpenAndAnsweredAfterMinutesThenClosed() {
		seconds(1, 0, 20);
		this.clock.advance(Duration.ofSeconds(6));
		assertThat(this.breaker.tryAcquire()).isNull();
		this.breaker.succeeded(this.breaker.now() - Duration.ofMinutes(4).toNanos());
		assertThat(this.breaker.state()).isEqualTo(EndpointState.CLOSED);
	}

	private void seconds(int number, int successes, int failures) {
		for (int second = 0; second < number; second++) {
			for (int success = 0; success < successes; success++) {
				this.breaker.succeeded(this.breaker.now());
			}
			for (int failure = 0; failure < failures; failure++) {
				this.breaker.failed(this.breaker.now(), new AccessTokenException(AccessTokenFailure.TIMEOUT, "late"));
			}
			this.clock.advance(Duration.ofSeconds(1));
		}
	}

}
