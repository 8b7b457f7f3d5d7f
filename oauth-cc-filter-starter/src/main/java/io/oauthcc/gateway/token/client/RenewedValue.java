package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * A value that an authorization server publishes: fetched once for all who want it, and
 * in use fetched again in the background after four minutes. A failure is kept for a
 * second.
 * <p>
 * Safe for use by many threads.
 *
 * @param <T> the value's type
 */
final class RenewedValue<T> implements Disposable {

	static final Duration RENEWED_AFTER = Duration.ofMinutes(4);

	/** Between two attempts while there is a value. */
	static final Duration APART = Duration.ofSeconds(5);

	private static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final Mono<T> fetch;

	private final Duration kept;

	private final Clock clock;

	private final AtomicReference<@Nullable Attempt<T>> last = new AtomicReference<>();

	private final Disposable.Swap running = Disposables.swap();

	private volatile @Nullable Known<T> known;

	/**
	 * Create without a value.
	 * @param fetch fetches the value
	 * @param kept for how long a value serves if it cannot be fetched again
	 * @param clock tells when it is fetched again
	 */
	RenewedValue(Mono<T> fetch, Duration kept, Clock clock) {
		this.fetch = fetch.timeout(LIMIT).switchIfEmpty(Mono.error(() -> new IllegalStateException("Nothing came")));
		this.kept = kept;
		this.clock = clock;
	}

	/**
	 * The value, which is waited for only if there is none that is good.
	 * @return the value, or the error that it cannot be had for
	 */
	Mono<T> get() {
		return Mono.defer(() -> {
			Known<T> known = this.known;
			if (known == null || isOlder(known.at(), this.kept)) {
				return outcomeOf(attempt(FAILURE_KEPT));
			}
			renewIfDue(known);
			return Mono.just(known.value());
		});
	}

	/**
	 * The value, if it is another one than before.
	 * @param seen a value that lacks something
	 * @return the value as it is now, which may be the same
	 */
	Mono<T> getAfter(T seen) {
		return Mono.defer(() -> {
			Known<T> known = this.known;
			return (known != null && known.value() != seen) ? Mono.just(known.value()) : outcomeOf(attempt(APART));
		});
	}

	/**
	 * Fetch the value in the background if there is none, or not for long any more.
	 */
	void prepare() {
		Known<T> known = this.known;
		if (known == null || isOlder(known.at(), this.kept)) {
			attempt(FAILURE_KEPT);
			return;
		}
		renewIfDue(known);
	}

	private void renewIfDue(Known<T> known) {
		if (isOlder(known.at(), RENEWED_AFTER)) {
			attempt(APART);
		}
	}

	/** Of what is to come nobody knows the age: the clock was set back. */
	private boolean isOlder(long at, Duration age) {
		long now = this.clock.millis();
		return now < at || now - at >= age.toMillis();
	}

	/** One caller that goes away takes it from nobody else. */
	private static <T> Mono<T> outcomeOf(Attempt<T> attempt) {
		return Mono.fromFuture(attempt.outcome(), true);
	}

	/** The last attempt if it goes on or is not long ago, else a new one. */
	private Attempt<T> attempt(Duration apart) {
		Attempt<T> last = this.last.get();
		if (last != null && (!last.outcome().isDone() || !isOlder(last.at(), apart))) {
			return last;
		}
		Attempt<T> mine = new Attempt<>(this.clock.millis(), new CompletableFuture<>());
		if (!this.last.compareAndSet(last, mine)) {
			// Another caller's has begun meanwhile.
			return attempt(apart);
		}
		start(mine);
		return mine;
	}

	private void start(Attempt<T> attempt) {
		try {
			this.running.update(this.fetch.doOnCancel(() -> attempt.outcome().cancel(false)).subscribe((value) -> {
				this.known = new Known<>(value, this.clock.millis());
				attempt.outcome().complete(value);
			}, attempt.outcome()::completeExceptionally));
		}
		catch (Throwable ex) {
			// Reactor throws what it holds for fatal, and signals nothing.
			attempt.outcome().completeExceptionally(ex);
			throw ex;
		}
	}

	@Override
	public void dispose() {
		this.running.dispose();
	}

	@Override
	public boolean isDisposed() {
		return this.running.isDisposed();
	}

	private record Known<T>(T value, long at) {

	}

	private record Attempt<T>(long at, CompletableFuture<T> outcome) {

	}

}
