package io.oauthcc.gateway.token.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.core.NestedExceptionUtils;

/**
 * Keeps commands from a Redis that fails: one failure is enough, since whoever comes
 * without a store waits for nothing. Each outage is told once.
 */
final class RedisBreaker {

	private static final Log logger = LogFactory.getLog(RedisBreaker.class);

	private static final Duration WAIT = Duration.ofSeconds(1);

	private final CircuitBreaker circuitBreaker;

	private final AtomicReference<String> told = new AtomicReference<>("");

	private volatile Runnable onReturn = () -> {
	};

	RedisBreaker(String name) {
		this.circuitBreaker = CircuitBreaker.of(name, CircuitBreakerConfig.custom()
			.failureRateThreshold(100)
			.slidingWindow(1, 1, SlidingWindowType.COUNT_BASED, SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
			.waitDurationInOpenState(WAIT)
			.permittedNumberOfCallsInHalfOpenState(1)
			.build());
		this.circuitBreaker.getEventPublisher().onStateTransition((event) -> changed(event.getStateTransition()));
	}

	private void changed(StateTransition transition) {
		if (transition.getToState() == State.CLOSED) {
			this.told.set("");
			logger.info("%s is there again".formatted(this.circuitBreaker.getName()));
			this.onReturn.run();
		}
	}

	/** Have something done whenever Redis is there again. */
	void onReturn(Runnable onReturn) {
		this.onReturn = onReturn;
	}

	/**
	 * Send a command, if Redis is thought to be there.
	 * @param command the command
	 * @return what comes of it; empty if it fails, or is not sent
	 */
	<T> Mono<T> guard(Mono<T> command) {
		return Mono.defer(() -> {
			if (!this.circuitBreaker.tryAcquirePermission()) {
				return Mono.empty();
			}
			long start = this.circuitBreaker.getCurrentTimestamp();
			return command
				.doOnSuccess((value) -> this.circuitBreaker.onSuccess(this.circuitBreaker.getCurrentTimestamp() - start,
						this.circuitBreaker.getTimestampUnit()))
				.doOnCancel(this.circuitBreaker::releasePermission)
				.onErrorResume((error) -> {
					this.circuitBreaker.onError(this.circuitBreaker.getCurrentTimestamp() - start,
							this.circuitBreaker.getTimestampUnit(), error);
					tell(error);
					return Mono.empty();
				});
		});
	}

	/** The kind alone: a message may quote what was sent. */
	void tell(Throwable error) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(error);
		String kind = root.getClass().getSimpleName() + codeOf(root);
		if (!kind.equals(this.told.getAndSet(kind))) {
			logger.warn("%s cannot be used, each gateway works for itself: %s".formatted(this.circuitBreaker.getName(),
					kind));
		}
	}

	/**
	 * Redis begins an error with a word in capitals: OOM, READONLY, NOAUTH, WRONGPASS.
	 */
	private static String codeOf(Throwable error) {
		String message = (error.getMessage() != null) ? error.getMessage() : "";
		int end = message.indexOf(' ');
		String word = (end > 0) ? message.substring(0, end) : message;
		return word.matches("[A-Z]{2,20}") ? " " + word : "";
	}

}
