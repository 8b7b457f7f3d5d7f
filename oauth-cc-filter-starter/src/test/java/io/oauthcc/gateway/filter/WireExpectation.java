package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.oauthcc.gateway.fixture.Callers.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a cell of docs/wire.md says: a status, why there was no token if there was none,
 * and {@code late} if the answer comes when the time limit is over, else it comes before.
 *
 * @param status the status
 * @param failure the failure as metrics and health call it, or nothing
 * @param late whether the time limit decides
 */
record WireExpectation(int status, String failure, boolean late) {

	/** On a connection that is there already. */
	static WireExpectation kept(String cell) {
		return of(cell.split(" / ", -1)[0]);
	}

	/** On a new connection; only where that differs, something stands behind a slash. */
	static WireExpectation fresh(String cell) {
		String[] both = cell.split(" / ", -1);
		return of(both[both.length - 1]);
	}

	private static WireExpectation of(String cell) {
		List<String> words = List.of(cell.split(", "));
		boolean late = words.get(words.size() - 1).equals("late");
		String failure = (words.size() - (late ? 1 : 0) > 1) ? words.get(1) : "";
		return new WireExpectation(Integer.parseInt(words.get(0)), failure, late);
	}

	/**
	 * Hold an answer to it.
	 * @param reply the answer
	 * @param limit the time limit
	 * @param grace how much later than the limit an answer may be
	 */
	void check(Reply reply, Duration limit, Duration grace) {
		assertThat(reply.status()).as("status after %s: %s", reply.took(), reply.body()).isEqualTo(this.status);
		if (this.late) {
			assertThat(reply.took()).as("time of the answer").isBetween(limit.minusMillis(50), limit.plus(grace));
		}
		else {
			assertThat(reply.took()).as("time of the answer").isLessThan(limit);
		}
	}

	/**
	 * The word for the failure in the log.
	 */
	String logged() {
		return this.failure.toUpperCase(Locale.ROOT).replace(' ', '_');
	}

}
