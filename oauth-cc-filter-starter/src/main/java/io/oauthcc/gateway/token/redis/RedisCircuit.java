package io.oauthcc.gateway.token.redis;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.lettuce.core.RedisReadOnlyException;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

import org.springframework.core.NestedExceptionUtils;

/**
 * Keeps commands from a Redis that fails. One failure is enough, since whoever comes
 * without a store waits for nothing. Whether Redis works again is found out in the
 * background; unlike with a half-open circuit breaker no request waits for that.
 * <p>
 * A Redis that answers with an error may still do other things: one that is full can be
 * read.
 */
final class RedisCircuit implements Disposable {

	/** What Redis is used for; each can fail alone. */
	enum Use {

		READ, WRITE, PUBLISH

	}

	private static final Duration WAIT = Duration.ofSeconds(1);

	/** After so many probes without avail the connection may be to blame. */
	private static final int PATIENT_PROBES = 3;

	/** A new connection that was of no use is not replaced as soon again. */
	private static final int VERY_PATIENT_PROBES = 60;

	private final Map<Use, Side> sides = new EnumMap<>(Use.class);

	private final StoreLog log;

	private volatile Runnable onReturn = () -> {
	};

	private volatile Runnable onLostConnection = () -> {
	};

	RedisCircuit(StoreLog log) {
		this.log = log;
		for (Use use : Use.values()) {
			this.sides.put(use, new Side(new AtomicBoolean(), Disposables.swap()));
		}
	}

	/** Have something done whenever Redis does again what it did not. */
	void onReturn(Runnable onReturn) {
		this.onReturn = onReturn;
	}

	/** Have something done about a connection on which nothing comes back any more. */
	void onLostConnection(Runnable onLostConnection) {
		this.onLostConnection = onLostConnection;
	}

	/**
	 * Send a command, if Redis is thought to work.
	 * @param use what the command is
	 * @param command the command
	 * @param probes a command for each use that tells whether Redis works again
	 * @return what comes of it; empty if it fails, or is not sent
	 */
	<T> Mono<T> guard(Use use, Mono<T> command, Function<Use, Mono<?>> probes) {
		return Mono.defer(() -> isOpen(use) ? Mono.<T>empty() : command.onErrorResume(Exception.class, (error) -> {
			failed(use, error, probes);
			return Mono.empty();
		}));
	}

	/** Whether Redis is kept from nothing. */
	boolean isClosed() {
		return this.sides.values().stream().noneMatch((side) -> side.open().get());
	}

	private boolean isOpen(Use use) {
		return side(use).open().get();
	}

	private void failed(Use use, Throwable error, Function<Use, Mono<?>> probes) {
		this.log.failed(error);
		RedisFailure failure = RedisFailure.of(error);
		if (failure == RedisFailure.ANSWERED) {
			open(use, probes.apply(use));
			return;
		}
		// Those that come after the first one may be of the connection before.
		if (failure == RedisFailure.MISTAKEN && !isOpen(use)) {
			this.onLostConnection.run();
		}
		for (Use each : Use.values()) {
			open(each, probes.apply(each));
		}
	}

	private void open(Use use, Mono<?> probe) {
		if (!side(use).open().compareAndSet(false, true)) {
			return;
		}
		AtomicInteger probes = new AtomicInteger();
		side(use).probing()
			.update(probe.delaySubscription(WAIT)
				.doOnError((error) -> failedAgain(error, probes.incrementAndGet()))
				.retry()
				.subscribe((any) -> {
				}, (error) -> this.log.failed(error), () -> close(use)));
	}

	private void failedAgain(Throwable error, int probes) {
		this.log.failed(error);
		RedisFailure failure = RedisFailure.of(error);
		boolean replaced = failure != RedisFailure.ANSWERED
				|| NestedExceptionUtils.getMostSpecificCause(error) instanceof RedisReadOnlyException;
		boolean due = probes == PATIENT_PROBES || probes % VERY_PATIENT_PROBES == 0;
		if (failure == RedisFailure.MISTAKEN || (replaced && due)) {
			this.onLostConnection.run();
		}
	}

	private void close(Use use) {
		side(use).open().set(false);
		if (isClosed()) {
			this.log.works();
		}
		this.onReturn.run();
	}

	private Side side(Use use) {
		Side side = this.sides.get(use);
		if (side == null) {
			throw new IllegalStateException("Each use has its side");
		}
		return side;
	}

	@Override
	public void dispose() {
		this.sides.values().forEach((side) -> side.probing().dispose());
	}

	private record Side(AtomicBoolean open, Disposable.Swap probing) {

	}

}
