package io.oauthcc.gateway.token.client;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.token.Standing;
import org.jspecify.annotations.Nullable;

/**
 * The places for requests to one token endpoint. A quarter is for renewals alone, another
 * for these and for known credentials, half for everybody: however many newcomers come,
 * they shut out none who were there before. Who finds no place stands in line for one,
 * newcomers and known in lines of their own; but renewals, which can do without.
 */
final class TokenEndpointBulkhead {

	/**
	 * In each line: newcomers in a full one all have their turn where it takes 300 ms.
	 */
	private static final int WAITING_FOR_EACH_PLACE = 8;

	private final List<Semaphore> forRenewals;

	private final List<Semaphore> forRenewalsAlone;

	private final WaitingLine known;

	private final WaitingLine newcomers;

	/** More than none while somebody leads those in line to places. */
	private final AtomicInteger leading = new AtomicInteger();

	TokenEndpointBulkhead(int places) {
		int quarter = places / 4;
		Semaphore renewals = new Semaphore(quarter);
		Semaphore known = new Semaphore(quarter);
		Semaphore everybody = new Semaphore(places - 2 * quarter);
		this.forRenewals = List.of(renewals, known, everybody);
		this.forRenewalsAlone = List.of(renewals);
		this.known = new WaitingLine(List.of(known, everybody), WAITING_FOR_EACH_PLACE * places);
		this.newcomers = new WaitingLine(List.of(everybody), WAITING_FOR_EACH_PLACE * places);
	}

	/**
	 * Take a place, or a turn in line, which is to be {@link #leave given back}.
	 * @return the turn, or {@code null} if no place is free and the line is full
	 */
	@Nullable Turn enter(Standing standing) {
		if (standing == Standing.RENEWING) {
			// Those who cannot do without come first.
			boolean nobodyWaits = this.known.isEmpty() && this.newcomers.isEmpty();
			Semaphore place = WaitingLine.placeOf(nobodyWaits ? this.forRenewals : this.forRenewalsAlone);
			return (place != null) ? Turn.placed(place) : null;
		}
		WaitingLine line = (standing == Standing.KNOWN) ? this.known : this.newcomers;
		Turn turn = line.enter();
		if (turn != null && turn.isWaiting()) {
			// The last place may have been given back before it was in line.
			lead();
		}
		return turn;
	}

	/** Give back a place, or the turn in line. */
	void leave(Turn turn) {
		Semaphore place = turn.end();
		if (place != null) {
			place.release();
			lead();
			return;
		}
		turn.leaveLine();
	}

	/** One thread at a time, so that places go to those in front. */
	private void lead() {
		if (this.leading.getAndIncrement() != 0) {
			return;
		}
		int missed = 1;
		try {
			do {
				this.known.lead();
				this.newcomers.lead();
				missed = this.leading.addAndGet(-missed);
			}
			while (missed != 0);
		}
		finally {
			if (missed != 0) {
				// An error that Reactor holds for fatal: the next who leaves goes on.
				this.leading.set(0);
			}
		}
	}

}
