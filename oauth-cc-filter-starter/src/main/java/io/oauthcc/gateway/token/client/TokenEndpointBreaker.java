package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.EndpointState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps requests from a token endpoint that fails. Only the endpoint's own faults count:
 * that it refuses a client, or is asked too often, shows that it is there.
 */
final class TokenEndpointBreaker {

	private static final Logger logger = LoggerFactory.getLogger(TokenEndpointBreaker.class);

	/**
	 * So many calls that a closed circuit never opens by itself; a half-open one does.
	 */
	private static final int OPENED_HERE = Integer.MAX_VALUE;

	private final Clock clock;

	private final ResilienceSettings settings;

	private final CircuitBreaker circuitBreaker;

	private final AtomicBoolean opening = new AtomicBoolean();

	private volatile long closedAgainAt;

	TokenEndpointBreaker(String name, ResilienceSettings settings, Clock clock) {
		this.clock = clock;
		this.settings = settings;
		this.circuitBreaker = CircuitBreaker.of(name,
				CircuitBreakerConfig.custom()
					.failureRateThreshold(settings.failureRateThreshold())
					// The lock-free kind fails at a second outcome in a window of one,
					// which is what a half-open circuit has.
					.slidingWindow(Math.toIntExact(settings.slidingWindow().toSeconds()), OPENED_HERE,
							SlidingWindowType.TIME_BASED, SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
					.waitDurationInOpenState(settings.waitInOpenState())
					.permittedNumberOfCallsInHalfOpenState(1)
					// An answer is one, however late it comes.
					.slowCallDurationThreshold(Duration.ofDays(1))
					.recordException(TokenEndpointBreaker::isFault)
					.clock(clock)
					.build());
		this.circuitBreaker.getEventPublisher().onStateTransition((event) -> changed(event.getStateTransition()));
	}

	private static boolean isFault(Throwable error) {
		return !(error instanceof AccessTokenException ex) || ex.getFailure().isFault();
	}

	private void changed(StateTransition transition) {
		if (transition.getToState() == State.OPEN) {
			this.closedAgainAt = this.clock.millis() + this.settings.waitInOpenState().toMillis();
			logger.atWarn()
				.addKeyValue("tokenEndpoint", this.circuitBreaker.getName())
				.log("Too many token requests failed: {} is not asked for {} seconds", this.circuitBreaker.getName(),
						this.settings.waitInOpenState().toSeconds());
		}
		else if (transition.getToState() == State.CLOSED) {
			logger.atInfo()
				.addKeyValue("tokenEndpoint", this.circuitBreaker.getName())
				.log("{} answers again", this.circuitBreaker.getName());
		}
	}

	/**
	 * Ask for leave to send a request, whose outcome is to be told.
	 * @return {@code null} if it may be sent, else the wait before the next attempt
	 */
	@Nullable Duration tryAcquire() {
		if (this.circuitBreaker.tryAcquirePermission()) {
			return null;
		}
		return Duration.ofMillis(Math.max(0, this.closedAgainAt - this.clock.millis()));
	}

	/** For how long nobody may send a request, or {@code null} if somebody may try. */
	@Nullable Duration openFor() {
		long left = this.closedAgainAt - this.clock.millis();
		return (state() == EndpointState.OPEN && left > 0) ? Duration.ofMillis(left) : null;
	}

	EndpointState state() {
		return switch (this.circuitBreaker.getState()) {
			case OPEN, FORCED_OPEN -> EndpointState.OPEN;
			case HALF_OPEN -> EndpointState.HALF_OPEN;
			case CLOSED, DISABLED, METRICS_ONLY -> EndpointState.CLOSED;
		};
	}

	long now() {
		return this.circuitBreaker.getCurrentTimestamp();
	}

	void succeeded(long start) {
		this.circuitBreaker.onSuccess(now() - start, this.circuitBreaker.getTimestampUnit());
	}

	void failed(long start, Throwable error) {
		this.circuitBreaker.onError(now() - start, this.circuitBreaker.getTimestampUnit(), error);
		if (isFault(error)) {
			openIfTooMany();
		}
	}

	/**
	 * At a failure alone: when answers from before some failures leave the window, the
	 * failures outweigh, though they are over.
	 */
	private void openIfTooMany() {
		CircuitBreaker.Metrics counted = this.circuitBreaker.getMetrics();
		int calls = counted.getNumberOfBufferedCalls();
		boolean tooMany = calls >= this.settings.minimumNumberOfCalls()
				&& 100L * counted.getNumberOfFailedCalls() >= (long) this.settings.failureRateThreshold() * calls;
		// Once, though several fail at the same time; nobody waits while that is logged.
		if (tooMany && this.opening.compareAndSet(false, true)) {
			if (this.circuitBreaker.getState() == State.CLOSED) {
				this.circuitBreaker.transitionToOpenState();
			}
			this.opening.set(false);
		}
	}

	void cancelled() {
		this.circuitBreaker.releasePermission();
	}

}
