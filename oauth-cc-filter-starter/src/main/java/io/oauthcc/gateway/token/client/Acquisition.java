package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.RequestLimits;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The attempts to obtain one token: again after a failure that may pass, each time after
 * a longer wait, and all within one limit of time.
 *
 * @param <T> what comes of an attempt
 */
final class Acquisition<T> {

	/** In milliseconds; with less time than this, an attempt is not worth the while. */
	private static final long SHORTEST_ATTEMPT = 100;

	private final RequestLimits limits;

	private final Clock clock;

	private final Function<Duration, Mono<T>> attempt;

	private final long deadline;

	/** Touched by one attempt after the other. */
	private @Nullable AccessTokenException last;

	private int retries;

	private Acquisition(RequestLimits limits, Instant deadline, Clock clock, Function<Duration, Mono<T>> attempt) {
		this.limits = limits;
		this.clock = clock;
		this.attempt = attempt;
		this.deadline = deadline.toEpochMilli();
	}

	/**
	 * Prepare attempts, which start at each subscription.
	 * @param limits how often, and for how long each
	 * @param deadline the end of all
	 * @param clock tells what is left of the time
	 * @param attempt makes one attempt that ends within the time it is given
	 */
	static <T> Mono<T> of(RequestLimits limits, Instant deadline, Clock clock, Function<Duration, Mono<T>> attempt) {
		return Mono.defer(() -> new Acquisition<>(limits, deadline, clock, attempt).next());
	}

	private Mono<T> next() {
		long left = Math.max(1, this.deadline - this.clock.millis());
		Duration timeout = Duration.ofMillis(Math.min(left, this.limits.timeout().toMillis()));
		return Mono.defer(() -> this.attempt.apply(timeout)).onErrorResume(AccessTokenException.class, this::retry);
	}

	private Mono<T> retry(AccessTokenException failure) {
		AccessTokenException earlier = this.last;
		if (earlier != null && failure.getFailure() == AccessTokenFailure.NOT_ASKED) {
			// That it failed too often meanwhile tells less than how it failed.
			return Mono.error(earlier);
		}
		Duration wait = Backoff.before(this.retries, failure);
		if (wait == null || this.retries >= this.limits.maxRetries()
				|| this.clock.millis() + wait.toMillis() + SHORTEST_ATTEMPT >= this.deadline) {
			return Mono.error(failure);
		}
		this.last = failure;
		this.retries++;
		return Mono.delay(wait).then(Mono.defer(this::next));
	}

}
