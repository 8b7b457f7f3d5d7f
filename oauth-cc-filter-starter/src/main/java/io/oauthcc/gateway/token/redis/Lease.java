package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

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

	private final List<StoreKey> keys;

	private final byte[] owner;

	private final Duration duration;

	/**
	 * Create a lease that is not held.
	 * @param commands reach the store
	 * @param keys what it is for; every gateway takes them in the same order, so that no
	 * two wait for each other
	 * @param owner tells this lease from all others, of this and other gateways
	 * @param duration for how long it is held unless extended
	 */
	Lease(RedisCommands commands, List<StoreKey> keys, String owner, Duration duration) {
		this.commands = commands;
		this.keys = keys;
		this.owner = owner.getBytes(StandardCharsets.UTF_8);
		this.duration = duration;
	}

	/** Try to take it: what is to be done without a store, if nobody knows. */
	Mono<State> take() {
		return Flux.fromIterable(this.keys)
			.concatMap(this::take)
			.takeUntil((state) -> state != State.HELD)
			.last()
			.delayUntil((state) -> (state != State.HELD && this.keys.size() > 1) ? giveBack() : Mono.empty());
	}

	private Mono<State> take(StoreKey key) {
		return this.commands.takeLease(key, this.owner, this.duration)
			.map((absent) -> absent ? State.HELD : State.TAKEN)
			.defaultIfEmpty(State.UNKNOWN);
	}

	/**
	 * Extend it again and again, once it is taken.
	 * @return ends that
	 */
	Disposable extend() {
		return Flux.interval(this.duration.dividedBy(3))
			.onBackpressureDrop()
			.concatMap((tick) -> Flux.fromIterable(this.keys)
				.concatMap((key) -> this.commands.extendLease(key, this.owner, this.duration)))
			.subscribe();
	}

	/** Leave it to others, if it is still held. */
	Mono<Void> giveBack() {
		return Flux.fromIterable(this.keys).concatMap((key) -> this.commands.giveBackLease(key, this.owner)).then();
	}

}
