package io.oauthcc.gateway.token;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenActivities}, {@link TokenActivity} and {@link TokenTally}.
 */
class TokenActivitiesTests {

	private static final Instant NOON = MutableClock.START;

	private final TokenActivities activities = new TokenActivities();

	private final List<String> heard = new ArrayList<>();

	@Test
	void ofWhenKnownThenTheSameAndHeardOnce() {
		TokenActivity before = this.activities.of("before");
		this.activities.addListener(new Listener());
		TokenActivity after = this.activities.of("after");
		assertThat(this.activities.of("before")).isSameAs(before);
		assertThat(this.activities.of("after")).isSameAs(after);
		assertThat(this.activities.all()).containsExactlyInAnyOrder(before, after);
		assertThat(before.name()).isEqualTo("before");
		assertThat(this.heard).containsExactly("+before", "+after");
	}

	@Test
	void retainWhenOthersThenTheyLeave() {
		TokenActivity stays = this.activities.of("stays");
		this.activities.of("goes");
		this.activities.addListener(new Listener());
		this.heard.clear();
		this.activities.retain(Set.of("stays"));
		assertThat(this.heard).containsExactly("-goes");
		assertThat(this.activities.all()).containsExactly(stays);
	}

	@ParameterizedTest
	@EnumSource
	void countThenThatEventAlone(TokenEvent event) {
		TokenActivity activity = this.activities.of("orders");
		activity.count(event);
		activity.count(event);
		for (TokenEvent each : TokenEvent.values()) {
			assertThat(activity.countOf(each)).isEqualTo((each == event) ? 2 : 0);
		}
	}

	@Test
	void inFlightWhenBegunAndEndedThenTheDifference() {
		TokenActivity activity = this.activities.of("orders");
		activity.begun();
		activity.begun();
		activity.ended();
		assertThat(activity.inFlight()).isOne();
	}

	@Test
	void failingWhenLastWasAFailureThenUntilTheNextSuccess() {
		TokenActivity activity = this.activities.of("orders");
		assertThat(activity.isFailing()).isFalse();
		activity.failed(NOON, failure(AccessTokenFailure.TIMEOUT));
		assertThat(activity.isFailing()).isTrue();
		assertThat(activity.lastSuccess()).isNull();
		activity.succeeded(NOON);
		assertThat(activity.isFailing()).isFalse();
		activity.failed(NOON.plusSeconds(1), failure(AccessTokenFailure.BUSY));
		assertThat(activity.isFailing()).isTrue();
		assertThat(activity.lastSuccess()).isEqualTo(NOON);
		assertThat(activity.lastFailure())
			.isEqualTo(new TokenActivity.Failure(AccessTokenFailure.BUSY, NOON.plusSeconds(1), "no"));
	}

	@Test
	void failureWhenNotAskedThenTheOneBeforeTellsMore() {
		TokenActivity activity = this.activities.of("orders");
		activity.failed(NOON, failure(AccessTokenFailure.NOT_ASKED));
		assertThat(kindOfLast(activity)).isEqualTo(AccessTokenFailure.NOT_ASKED);
		activity.failed(NOON, failure(AccessTokenFailure.TIMEOUT));
		activity.failed(NOON, failure(AccessTokenFailure.NOT_ASKED));
		assertThat(kindOfLast(activity)).isEqualTo(AccessTokenFailure.TIMEOUT);
		activity.succeeded(NOON.plusSeconds(1));
		activity.failed(NOON.plusSeconds(2), failure(AccessTokenFailure.NOT_ASKED));
		assertThat(kindOfLast(activity)).isEqualTo(AccessTokenFailure.NOT_ASKED);
	}

	@Test
	void tallyWhenSeveralThenNumbersAndNearestExpiry() {
		TokenTally tally = TokenTally.NONE.withToken(NOON.plusSeconds(2))
			.withToken(NOON.plusSeconds(1))
			.withRefusal()
			.withToken(NOON.plusSeconds(3));
		assertThat(tally).isEqualTo(new TokenTally(3, 1, NOON.plusSeconds(1)));
	}

	private static AccessTokenFailure kindOfLast(TokenActivity activity) {
		return Objects.requireNonNull(activity.lastFailure()).failure();
	}

	private static AccessTokenException failure(AccessTokenFailure failure) {
		return new AccessTokenException(failure, "no");
	}

	private final class Listener implements TokenActivities.Listener {

		@Override
		public void added(TokenActivity activity) {
			TokenActivitiesTests.this.heard.add("+" + activity.name());
		}

		@Override
		public void removed(TokenActivity activity) {
			TokenActivitiesTests.this.heard.add("-" + activity.name());
		}

	}

}
