package io.oauthcc.gateway.token.cache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets those who want the same thing at the same time share the work for it.
 * <p>
 * The work belongs to none of them: it starts without the context of whoever came first,
 * and goes on when any of them, or all, cancel. What came of it is forgotten once it is
 * there.
 *
 * @param <K> names what is wanted
 * @param <V> what is wanted
 */
final class SingleFlight<K, V> implements Disposable {

	private final ConcurrentMap<K, Flight<V>> inFlight = new ConcurrentHashMap<>();

	private final Supplier<? extends Throwable> stopped;

	private volatile boolean disposed;

	/**
	 * Create with no work under way.
	 * @param stopped what those hear whose work is ended
	 */
	SingleFlight(Supplier<? extends Throwable> stopped) {
		this.stopped = stopped;
	}

	/**
	 * Join the work that is under way, or start it.
	 * @param key names what is wanted
	 * @param work the work, which is to be done before it completes
	 * @return what comes of the work
	 */
	Mono<V> join(K key, Mono<V> work) {
		return Mono.defer(() -> {
			Flight<V> mine = new Flight<>();
			Flight<V> running = this.inFlight.putIfAbsent(key, mine);
			if (running != null) {
				return running.outcome.asMono();
			}
			start(key, mine, work);
			return mine.outcome.asMono();
		});
	}

	/**
	 * Start the work for nobody in particular, unless it is under way.
	 * @param key names what is wanted
	 * @param work the work, which is to be done before it completes
	 * @return {@code false} if other work for it is under way
	 */
	boolean launch(K key, Mono<V> work) {
		Flight<V> mine = new Flight<>();
		if (this.inFlight.putIfAbsent(key, mine) != null) {
			return false;
		}
		start(key, mine, work);
		return true;
	}

	boolean isInFlight(K key) {
		return this.inFlight.containsKey(key);
	}

	private void start(K key, Flight<V> flight, Mono<V> work) {
		if (this.disposed) {
			fail(key, flight, this.stopped.get());
			return;
		}
		try {
			flight.subscription
				.update(work.switchIfEmpty(Mono.error(() -> new IllegalStateException("Nothing came of the work")))
					.subscribe((value) -> {
						this.inFlight.remove(key, flight);
						flight.outcome.tryEmitValue(value);
					}, (error) -> fail(key, flight, error)));
		}
		catch (Throwable ex) {
			// Reactor throws what it holds for fatal, and signals nothing: the key would
			// never be free again.
			fail(key, flight, ex);
			throw ex;
		}
	}

	private void fail(K key, Flight<V> flight, Throwable error) {
		this.inFlight.remove(key, flight);
		flight.outcome.tryEmitError(error);
	}

	/**
	 * End the work that is under way, and fail those who wait for it.
	 */
	void stop() {
		this.inFlight.forEach((key, flight) -> {
			flight.subscription.dispose();
			fail(key, flight, this.stopped.get());
		});
	}

	/**
	 * End the work that is under way, and fail those who wait for it and those who come
	 * later.
	 */
	@Override
	public void dispose() {
		this.disposed = true;
		stop();
	}

	@Override
	public boolean isDisposed() {
		return this.disposed;
	}

	int size() {
		return this.inFlight.size();
	}

	private static final class Flight<V> {

		private final Sinks.One<V> outcome = Sinks.one();

		private final Disposable.Swap subscription = Disposables.swap();

	}

}
