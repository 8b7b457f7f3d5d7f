package io.oauthcc.benchmark.load;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * An attack that is made over and over again, as fast as one thread can.
 */
final class Flood {

	private final Callers callers;

	private final Attack attack;

	private final Tally tally = new Tally();

	private final CompletableFuture<?>[] slots;

	private volatile boolean stopped;

	private Flood(Callers callers, Attack attack) {
		this.callers = callers;
		this.attack = attack;
		this.slots = IntStream.range(0, attack.slots()).mapToObj(this::start).toArray(CompletableFuture<?>[]::new);
	}

	static Flood start(Callers callers, Attack attack) {
		return new Flood(callers, attack);
	}

	private CompletableFuture<Void> start(int slot) {
		CompletableFuture<Void> ended = new CompletableFuture<>();
		this.callers.thread().execute(() -> next(slot, ended));
		return ended;
	}

	private void next(int slot, CompletableFuture<Void> ended) {
		if (this.stopped) {
			ended.complete(null);
			return;
		}
		long start = System.nanoTime();
		this.attack.once(this.callers, slot).whenCompleteAsync((outcome, error) -> {
			this.tally.add((error == null) ? outcome : CallerConnection.nameOf(error), System.nanoTime() - start);
			next(slot, ended);
		}, this.callers.thread());
	}

	/** End, once all that is under way is over. */
	Tally stop() {
		this.stopped = true;
		CompletableFuture.allOf(this.slots).join();
		return this.tally;
	}

}
