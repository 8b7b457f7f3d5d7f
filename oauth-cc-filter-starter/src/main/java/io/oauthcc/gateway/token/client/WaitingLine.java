package io.oauthcc.gateway.token.client;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Those who wait for one of the same places: first come, first served.
 */
final class WaitingLine {

	private final List<Semaphore> places;

	private final int longest;

	private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();

	private final AtomicInteger length = new AtomicInteger();

	/**
	 * Create a line that nobody stands in.
	 * @param places which places they wait for
	 * @param longest how many may wait
	 */
	WaitingLine(List<Semaphore> places, int longest) {
		this.places = places;
		this.longest = longest;
	}

	/** A free place, or {@code null}. */
	static @Nullable Semaphore placeOf(List<Semaphore> places) {
		for (Semaphore place : places) {
			if (place.tryAcquire()) {
				return place;
			}
		}
		return null;
	}

	boolean isEmpty() {
		return this.length.get() == 0;
	}

	/** A turn with a place if nobody waits for it, one in line, or {@code null}. */
	@Nullable Turn enter() {
		Semaphore place = isEmpty() ? placeOf(this.places) : null;
		if (place != null) {
			return Turn.placed(place);
		}
		if (this.length.getAndIncrement() >= this.longest) {
			this.length.getAndDecrement();
			return null;
		}
		Turn turn = Turn.waiting(this);
		this.turns.add(turn);
		return turn;
	}

	void leave(Turn turn) {
		if (this.turns.remove(turn)) {
			this.length.getAndDecrement();
		}
	}

	/** Give free places to those in front. */
	void lead() {
		while (!this.turns.isEmpty()) {
			Semaphore place = placeOf(this.places);
			if (place == null) {
				return;
			}
			Turn next = this.turns.poll();
			if (next != null) {
				this.length.getAndDecrement();
			}
			if (next == null || !next.take(place)) {
				place.release();
			}
		}
	}

}
