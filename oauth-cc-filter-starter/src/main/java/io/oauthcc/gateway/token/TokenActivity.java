package io.oauthcc.gateway.token;

import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What has become of the calls and tokens of one middleware since the gateway started.
 * Knows numbers and times, and nothing of who called.
 * <p>
 * Safe for use by many threads; to count allocates nothing.
 */
public final class TokenActivity {

	private final String name;

	private final Map<TokenEvent, LongAdder> counts = Stream.of(TokenEvent.values())
		.collect(Collectors.toMap(Function.identity(), (event) -> new LongAdder(), (one, other) -> one,
				() -> new EnumMap<>(TokenEvent.class)));

	private final LongAdder inFlight = new LongAdder();

	private volatile @Nullable Instant lastSuccess;

	private volatile @Nullable Failure lastFailure;

	/**
	 * Create with nothing counted.
	 * @param name the name of the middleware's grant
	 */
	TokenActivity(String name) {
		this.name = name;
	}

	/**
	 * The middleware.
	 * @return the name of its grant
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Count an event.
	 * @param event the event
	 */
	public void count(TokenEvent event) {
		counter(event).increment();
	}

	/**
	 * How often an event was counted.
	 * @param event the event
	 * @return the number since the start
	 */
	public long countOf(TokenEvent event) {
		return counter(event).sum();
	}

	private LongAdder counter(TokenEvent event) {
		return Objects.requireNonNull(this.counts.get(event));
	}

	/** A token is being obtained. */
	public void begun() {
		this.inFlight.increment();
	}

	/** A token that was being obtained is there, or is not to be had. */
	public void ended() {
		this.inFlight.decrement();
	}

	/**
	 * How many tokens are being obtained.
	 * @return the number at present
	 */
	public long inFlight() {
		return this.inFlight.sum();
	}

	/**
	 * The token endpoint issued a token.
	 * @param at when
	 */
	public void succeeded(Instant at) {
		this.lastSuccess = at;
	}

	/**
	 * There was no token to be had from the token endpoint.
	 * @param at when
	 * @param failure why
	 */
	public void failed(Instant at, AccessTokenException failure) {
		if (failure.getFailure() == AccessTokenFailure.NOT_ASKED && isFailing()) {
			// That it was not asked again tells less than why.
			return;
		}
		this.lastFailure = new Failure(failure.getFailure(), at, String.valueOf(failure.getMessage()));
	}

	/**
	 * When the token endpoint issued a token last.
	 * @return the time, or {@code null} if it has not since the gateway started
	 */
	public @Nullable Instant lastSuccess() {
		return this.lastSuccess;
	}

	/**
	 * Why there was no token to be had last. That a caller's own credentials were refused
	 * is no such failure.
	 * @return the failure, or {@code null} if there was none since the gateway started
	 */
	public @Nullable Failure lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Whether the token endpoint's last word was no token.
	 * @return {@code true} if the last failure is later than the last success
	 */
	public boolean isFailing() {
		Failure failure = this.lastFailure;
		Instant success = this.lastSuccess;
		return failure != null && (success == null || failure.at().isAfter(success));
	}

	/**
	 * Why there was no token.
	 *
	 * @param failure the kind
	 * @param at when
	 * @param message what happened, with the token endpoint's error code where there is
	 * one, and without secrets
	 */
	public record Failure(AccessTokenFailure failure, Instant at, String message) {

	}

}
