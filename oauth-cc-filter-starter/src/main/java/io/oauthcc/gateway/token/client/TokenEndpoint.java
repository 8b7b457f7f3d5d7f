package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One token endpoint as this gateway knows it: whether it fails, how many requests to it
 * are under way, and whom it wants to wait.
 */
final class TokenEndpoint {

	private static final Duration UNTIL_A_PLACE_IS_FREE = Duration.ofSeconds(1);

	/** For one that answers 429 and does not say for how long. */
	private static final Duration UNTIL_LESS_BUSY = Duration.ofSeconds(1);

	private final Clock clock;

	private final TokenEndpointBulkhead bulkhead;

	private final TokenEndpointBreaker breaker;

	/** Else whoever makes requests up that an endpoint fails at could shut out all. */
	private final TokenEndpointBreaker newcomersBreaker;

	private final ThrottledClients throttled;

	private final AtomicLong leftAloneUntil = new AtomicLong();

	TokenEndpoint(TokenEndpointId id, ResilienceSettings settings, TokenKeyGenerator keys, Clock clock) {
		this.clock = clock;
		this.bulkhead = new TokenEndpointBulkhead(settings.maxConcurrentCalls());
		this.breaker = new TokenEndpointBreaker(id.address(), settings, clock);
		this.newcomersBreaker = new TokenEndpointBreaker(id.address() + " (newcomers)", settings, clock);
		this.throttled = new ThrottledClients(keys, clock);
	}

	/**
	 * Do something with a place among those that may ask the endpoint at the same time.
	 * Half of the time there is may go by until one is free, the other half is for the
	 * work.
	 * @param standing what is known of who asks
	 * @param deadline the end of the work
	 * @param work what is done
	 * @return what comes of it; {@link AccessTokenFailure#NOT_ASKED} if no place gets
	 * free, at once if too many wait for one
	 */
	<T> Mono<T> within(Standing standing, Instant deadline, Mono<T> work) {
		// Whoever is served hears of it before those who wait are led to the place.
		return Mono.using(() -> enter(standing), (turn) -> comes(turn, deadline).then(work), this.bulkhead::leave,
				false);
	}

	private Turn enter(Standing standing) {
		Turn turn = this.bulkhead.enter(standing);
		if (turn != null && !turn.isWaiting()) {
			return turn;
		}
		Duration wait = waitOf(standing);
		if (turn == null) {
			throw (wait != null) ? leftAlone(wait) : noPlace();
		}
		if (wait != null) {
			this.bulkhead.leave(turn);
			throw leftAlone(wait);
		}
		return turn;
	}

	/** Nobody stands in line to hear what is known already. */
	private @Nullable Duration waitOf(Standing standing) {
		Duration left = leftAloneFor();
		return (left != null) ? left : breakerOf(standing).openFor();
	}

	private @Nullable Duration leftAloneFor() {
		long left = this.leftAloneUntil.get() - this.clock.millis();
		return (left > 0) ? Duration.ofMillis(left) : null;
	}

	private TokenEndpointBreaker breakerOf(Standing standing) {
		return (standing == Standing.NEWCOMER) ? this.newcomersBreaker : this.breaker;
	}

	private static AccessTokenException leftAlone(Duration wait) {
		return notAsked("It wants to be left alone for a while", wait);
	}

	/** On a thread of its own: whoever leaves a place has work to do. */
	private Mono<Void> comes(Turn turn, Instant deadline) {
		if (!turn.isWaiting()) {
			return Mono.empty();
		}
		return turn.comes()
			.timeout(Duration.between(this.clock.instant(), deadline).dividedBy(2), Mono.error(TokenEndpoint::noPlace))
			.publishOn(Schedulers.parallel());
	}

	private static AccessTokenException noPlace() {
		return notAsked("Too many token requests are under way", UNTIL_A_PLACE_IS_FREE);
	}

	/**
	 * Send a request, if the endpoint may be asked now.
	 * @param request the request
	 * @param standing what is known of its credentials
	 * @param call sends it
	 * @param cut whether the call has less time than the endpoint is to have
	 * @return what comes of the call; {@link AccessTokenFailure#NOT_ASKED} at once if the
	 * endpoint is to be left alone
	 */
	<T> Mono<T> call(AccessTokenRequest request, Standing standing, Mono<T> call, boolean cut) {
		return Mono.defer(() -> {
			Duration wait = waitOf(request, standing);
			if (wait != null) {
				return Mono.error(leftAlone(wait));
			}
			TokenEndpointBreaker breaker = breakerOf(standing);
			Duration open = breaker.tryAcquire();
			if (open != null) {
				return Mono.error(notAsked("Too many token requests failed", open));
			}
			long start = breaker.now();
			return call.doOnSuccess((value) -> breaker.succeeded(start))
				.doOnError((error) -> failed(request, standing, error))
				.doOnError((error) -> tell(breaker, start, error, cut))
				.doOnCancel(breaker::cancelled);
		});
	}

	private @Nullable Duration waitOf(AccessTokenRequest request, Standing standing) {
		Duration left = leftAloneFor();
		return (left != null) ? left : this.throttled.waitOf(request, standing);
	}

	/** That the gateway gave it less time is no fault of the endpoint, all else is. */
	private static void tell(TokenEndpointBreaker breaker, long start, Throwable error, boolean cut) {
		if (cut && error instanceof AccessTokenException ex && ex.getFailure() == AccessTokenFailure.TIMEOUT) {
			breaker.cancelled();
			return;
		}
		breaker.failed(start, error);
	}

	private void failed(AccessTokenRequest request, Standing standing, Throwable error) {
		if (!(error instanceof AccessTokenException ex)) {
			return;
		}
		Duration wait = ex.getRetryAfter();
		if (ex.getFailure() == AccessTokenFailure.BUSY) {
			this.throttled.throttle(request, standing, (wait != null) ? wait : UNTIL_LESS_BUSY);
		}
		else if (wait != null) {
			this.leftAloneUntil.accumulateAndGet(this.clock.millis() + wait.toMillis(), Math::max);
		}
	}

	/** The worse of two: either kind of caller may be the one who wonders. */
	EndpointState state() {
		if (leftAloneFor() != null) {
			return EndpointState.OPEN;
		}
		EndpointState known = this.breaker.state();
		EndpointState newcomers = this.newcomersBreaker.state();
		return (known.compareTo(newcomers) >= 0) ? known : newcomers;
	}

	private static AccessTokenException notAsked(String message, Duration wait) {
		return new AccessTokenException(AccessTokenFailure.NOT_ASKED, message, wait);
	}

}
