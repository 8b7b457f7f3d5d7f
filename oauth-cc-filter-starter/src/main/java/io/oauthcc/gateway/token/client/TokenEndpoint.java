package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One token endpoint as this gateway knows it: whether it fails, how many requests to it
 * are under way, and whom it wants to wait.
 */
final class TokenEndpoint {

	private static final Duration UNTIL_A_PLACE_IS_FREE = Duration.ofSeconds(1);

	private final Clock clock;

	private final TokenEndpointBulkhead bulkhead;

	private final TokenEndpointBreaker breaker;

	/** Else whoever makes requests up that an endpoint fails at could shut out all. */
	private final TokenEndpointBreaker newcomersBreaker;

	private final ThrottledClients throttled;

	private volatile long leftAloneUntil;

	TokenEndpoint(TokenEndpointId id, ResilienceSettings settings, TokenKeyGenerator keys, Clock clock) {
		this.clock = clock;
		this.bulkhead = new TokenEndpointBulkhead(settings.maxConcurrentCalls());
		this.breaker = new TokenEndpointBreaker(id.address(), settings, clock);
		this.newcomersBreaker = new TokenEndpointBreaker(id.address() + " (newcomers)", settings, clock);
		this.throttled = new ThrottledClients(keys, clock);
	}

	/**
	 * Send a request, if the endpoint may be asked now.
	 * @param request the request
	 * @param standing what is known of its credentials
	 * @param call sends it
	 * @return what comes of the call; {@link AccessTokenFailure#NOT_ASKED} at once if the
	 * endpoint is to be left alone
	 */
	<T> Mono<T> call(AccessTokenRequest request, Standing standing, Mono<T> call) {
		return Mono.using(() -> enter(request, standing),
				(permit) -> call.doOnSuccess((value) -> permit.breaker.succeeded(permit.start))
					.doOnError((error) -> failed(request, standing, permit, error))
					.doOnCancel(permit.breaker::cancelled),
				(permit) -> permit.place.onComplete());
	}

	private Permit enter(AccessTokenRequest request, Standing standing) {
		Duration wait = waitOf(request, standing);
		if (wait != null) {
			throw notAsked("It wants to be left alone for a while", wait);
		}
		Bulkhead place = this.bulkhead.enter(standing);
		if (place == null) {
			throw notAsked("Too many token requests are under way", UNTIL_A_PLACE_IS_FREE);
		}
		TokenEndpointBreaker breaker = (standing == Standing.NEWCOMER) ? this.newcomersBreaker : this.breaker;
		Duration open = breaker.tryAcquire();
		if (open != null) {
			place.onComplete();
			throw notAsked("Too many token requests failed", open);
		}
		return new Permit(place, breaker, breaker.now());
	}

	private @Nullable Duration waitOf(AccessTokenRequest request, Standing standing) {
		long left = this.leftAloneUntil - this.clock.millis();
		return (left > 0) ? Duration.ofMillis(left) : this.throttled.waitOf(request, standing);
	}

	private void failed(AccessTokenRequest request, Standing standing, Permit permit, Throwable error) {
		permit.breaker.failed(permit.start, error);
		Duration wait = (error instanceof AccessTokenException ex) ? ex.getRetryAfter() : null;
		if (wait == null) {
			return;
		}
		if (((AccessTokenException) error).getFailure() == AccessTokenFailure.BUSY) {
			this.throttled.throttle(request, standing, wait);
			return;
		}
		this.leftAloneUntil = this.clock.millis() + wait.toMillis();
	}

	private static AccessTokenException notAsked(String message, Duration wait) {
		return new AccessTokenException(AccessTokenFailure.NOT_ASKED, message, wait);
	}

	private record Permit(Bulkhead place, TokenEndpointBreaker breaker, long start) {

	}

}
