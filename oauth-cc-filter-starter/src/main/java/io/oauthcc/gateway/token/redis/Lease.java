package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The right of one gateway, for a short time, to ask for a token. Whoever holds it
 * extends it while the request runs; if it dies, the right passes on by itself.
 * <p>
 * While secrets of the store are exchanged, a token has a key under each of them, and
 * whoever asks for it holds the right under all.
 */
final class Lease {

	enum State {

		HELD, TAKEN, UNKNOWN

	}

	private final RedisCommands commands;

	private final List<String> keys;

	private final String owner;

	private final Duration duration;

	/**
	 * Create a lease that is not held.
	 * @param commands reach the store
	 * @param keys where the lease stands
	 * @param owner tells this lease from all others, of this and other gateways
	 * @param duration for how long it is held unless extended
	 */
	Lease(RedisCommands commands, List<String> keys, String owner, Duration duration) {
		this.commands = commands;
		this.keys = keys;
		this.owner = owner;
		this.duration = duration;
	}

	/** Try to take it: what is to be done without a store, if nobody knows. */
	Mono<State> take() {
		return Flux.fromIterable(this.keys)
			.concatMap(this::take)
			.takeUntil((state) -> state != State.HELD)
			.last()
			.delayUntil((state) -> (state == State.TAKEN && this.keys.size() > 1) ? giveBack() : Mono.empty());
	}

	private Mono<State> take(String key) {
		return this.commands.setIfAbsent(key, bytes(), this.duration)
			.map((absent) -> absent ? State.HELD : State.TAKEN)
			.defaultIfEmpty(State.UNKNOWN);
	}

	/**
	 * Do something while it is held, and give it back.
	 * @param work what is done
	 * @return what comes of the work
	 */
	<T> Mono<T> hold(Supplier<Mono<T>> work) {
		return Mono.usingWhen(Mono.fromSupplier(this::extendAgainAndAgain), (extension) -> work.get(), (extension) -> {
			extension.dispose();
			return giveBack();
		});
	}

	private Disposable extendAgainAndAgain() {
		return Flux.interval(this.duration.dividedBy(3))
			.onBackpressureDrop()
			.concatMap((tick) -> Flux.fromIterable(this.keys)
				.concatMap((key) -> this.commands.extendIf(key, bytes(), this.duration)))
			.subscribe();
	}

	private Mono<Void> giveBack() {
		return Flux.fromIterable(this.keys).concatMap((key) -> this.commands.deleteIf(key, bytes())).then();
	}

	private byte[] bytes() {
		return this.owner.getBytes(StandardCharsets.UTF_8);
	}

}
