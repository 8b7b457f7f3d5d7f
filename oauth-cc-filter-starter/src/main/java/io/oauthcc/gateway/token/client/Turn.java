package io.oauthcc.gateway.token.client;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The turn of one who wants a place: it has one, waits for one, or is over.
 */
final class Turn {

	private final Sinks.Empty<Void> coming = Sinks.empty();

	private final AtomicReference<State> state;

	private final @Nullable WaitingLine line;

	private Turn(State state, @Nullable WaitingLine line) {
		this.state = new AtomicReference<>(state);
		this.line = line;
	}

	static Turn placed(Semaphore place) {
		return new Turn(new Placed(place), null);
	}

	static Turn waiting(WaitingLine line) {
		return new Turn(new Waiting(), line);
	}

	/** Nobody is led to a place any more on behalf of this one. */
	void leaveLine() {
		if (this.line != null) {
			this.line.leave(this);
		}
	}

	boolean isWaiting() {
		return this.state.get() instanceof Waiting;
	}

	/** Completes when one who waits has a place, on the thread of whoever leaves it. */
	Mono<Void> comes() {
		return this.coming.asMono();
	}

	/**
	 * Have a place.
	 * @return whether it is still waited for
	 */
	boolean take(Semaphore place) {
		State before = this.state.get();
		if (!(before instanceof Waiting) || !this.state.compareAndSet(before, new Placed(place))) {
			return false;
		}
		this.coming.tryEmitEmpty().orThrow();
		return true;
	}

	/**
	 * End it, whether it has come or not.
	 * @return the place that it had, or {@code null}
	 */
	@Nullable Semaphore end() {
		return (this.state.getAndSet(new Over()) instanceof Placed placed) ? placed.place() : null;
	}

	private sealed interface State {

	}

	private record Waiting() implements State {

	}

	private record Placed(Semaphore place) implements State {

	}

	private record Over() implements State {

	}

}
