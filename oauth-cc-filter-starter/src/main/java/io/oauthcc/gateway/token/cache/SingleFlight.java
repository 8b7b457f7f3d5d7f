package io.oauthcc.gateway.token.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

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

	private final ConcurrentMap<K, CompletableFuture<V>> inFlight = new ConcurrentHashMap<>();

	private final Disposable.Composite subscriptions = Disposables.composite();

	/**
	 * Join the work that is under way, or start it.
	 * @param key names what is wanted
	 * @param work the work, which is to be done before it completes
	 * @return what comes of the work
	 */
	Mono<V> join(K key, Mono<V> work) {
		return Mono.defer(() -> {
			CompletableFuture<V> mine = new CompletableFuture<>();
			CompletableFuture<V> running = this.inFlight.putIfAbsent(key, mine);
			if (running != null) {
				return Mono.fromFuture(running, true);
			}
			start(key, mine, work);
			return Mono.fromFuture(mine, true);
		});
	}

	private void start(K key, CompletableFuture<V> outcome, Mono<V> work) {
		Disposable.Swap subscription = Disposables.swap();
		if (!this.subscriptions.add(subscription)) {
			this.inFlight.remove(key, outcome);
			outcome.cancel(false);
			return;
		}
		subscription.update(work.switchIfEmpty(Mono.error(() -> new IllegalStateException("Nothing came of the work")))
			.doFinally((signal) -> this.subscriptions.remove(subscription))
			.subscribe((value) -> {
				this.inFlight.remove(key, outcome);
				outcome.complete(value);
			}, (error) -> {
				this.inFlight.remove(key, outcome);
				outcome.completeExceptionally(error);
			}));
	}

	/**
	 * End the work that is under way, and fail those who wait for it and those who come
	 * later.
	 */
	@Override
	public void dispose() {
		this.subscriptions.dispose();
		this.inFlight.values().forEach((outcome) -> outcome.cancel(false));
		this.inFlight.clear();
	}

	@Override
	public boolean isDisposed() {
		return this.subscriptions.isDisposed();
	}

	int size() {
		return this.inFlight.size();
	}

}
