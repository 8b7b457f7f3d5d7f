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

	private final ConcurrentMap<K, Sinks.One<V>> inFlight = new ConcurrentHashMap<>();

	private final Disposable.Composite subscriptions = Disposables.composite();

	private final Supplier<? extends Throwable> stopped;

	/**
	 * Create with no work under way.
	 * @param stopped what those hear who want something after the end
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
			Sinks.One<V> mine = Sinks.one();
			Sinks.One<V> running = this.inFlight.putIfAbsent(key, mine);
			if (running != null) {
				return running.asMono();
			}
			start(key, mine, work);
			return mine.asMono();
		});
	}

	/**
	 * Start the work for nobody in particular, unless it is under way.
	 * @param key names what is wanted
	 * @param work the work, which is to be done before it completes
	 * @return {@code false} if other work for it is under way
	 */
	boolean launch(K key, Mono<V> work) {
		Sinks.One<V> mine = Sinks.one();
		if (this.inFlight.putIfAbsent(key, mine) != null) {
			return false;
		}
		start(key, mine, work);
		return true;
	}

	private void start(K key, Sinks.One<V> outcome, Mono<V> work) {
		Disposable.Swap subscription = Disposables.swap();
		if (!this.subscriptions.add(subscription)) {
			fail(key, outcome, this.stopped.get());
			return;
		}
		try {
			subscription
				.update(work.switchIfEmpty(Mono.error(() -> new IllegalStateException("Nothing came of the work")))
					.doFinally((signal) -> this.subscriptions.remove(subscription))
					.subscribe((value) -> {
						this.inFlight.remove(key, outcome);
						outcome.tryEmitValue(value);
					}, (error) -> fail(key, outcome, error)));
		}
		catch (Throwable ex) {
			// Reactor throws what it holds for fatal, and signals nothing: the key would
			// never be free again.
			this.subscriptions.remove(subscription);
			fail(key, outcome, ex);
			throw ex;
		}
	}

	private void fail(K key, Sinks.One<V> outcome, Throwable error) {
		this.inFlight.remove(key, outcome);
		outcome.tryEmitError(error);
	}

	/**
	 * End the work that is under way, and fail those who wait for it and those who come
	 * later.
	 */
	@Override
	public void dispose() {
		this.subscriptions.dispose();
		this.inFlight.forEach((key, outcome) -> fail(key, outcome, this.stopped.get()));
	}

	@Override
	public boolean isDisposed() {
		return this.subscriptions.isDisposed();
	}

	int size() {
		return this.inFlight.size();
	}

}
