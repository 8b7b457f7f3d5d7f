package io.oauthcc.gateway.attempt;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CredentialWindow}.
 */
class CredentialWindowTests {

	private final CredentialWindow window = new CredentialWindow(Duration.ofSeconds(60), 3);

	@Test
	void tryEnterWhenFewerThanLimitThenAdmitted() {
		refuse(1, 0);
		refuse(2, 0);
		assertThat(this.window.tryEnter(3, 0)).isNull();
	}

	@Test
	void tryEnterWhenLimitThenUntilTheOldestIsForgotten() {
		refuse(1, 0);
		refuse(2, 10_000);
		refuse(3, 20_000);
		assertThat(this.window.tryEnter(4, 20_000)).isEqualTo(Duration.ofSeconds(40));
		assertThat(this.window.tryEnter(4, 59_999)).isEqualTo(Duration.ofMillis(1));
		refuse(4, 60_000);
		assertThat(this.window.tryEnter(5, 60_000)).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void tryEnterWhenTheSameAgainAndAgainThenCountsOnce() {
		for (int count = 0; count < 1000; count++) {
			refuse(1, count);
		}
		assertThat(this.window.tryEnter(2, 1000)).isNull();
		assertThat(this.window.tryEnter(3, 1000)).isNull();
		assertThat(this.window.tryEnter(4, 1000)).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void tryEnterWhenOthersAreTriedThenWaitsForThem() {
		for (int credential = 1; credential <= 3; credential++) {
			assertThat(this.window.tryEnter(credential, 0)).isNull();
		}
		assertThat(this.window.tryEnter(4, 0)).isEqualTo(Duration.ofSeconds(1));
		// The same may be tried more than once at a time.
		assertThat(this.window.tryEnter(3, 0)).isNull();
		this.window.leave(3, false, 0);
		assertThat(this.window.tryEnter(4, 0)).isEqualTo(Duration.ofSeconds(1));
		this.window.leave(3, false, 0);
		assertThat(this.window.tryEnter(4, 0)).isNull();
	}

	@Test
	void tryEnterWhenWindowSlidesForLongThenNeverMoreThanLimit() {
		CredentialWindow large = new CredentialWindow(Duration.ofSeconds(60), 100);
		Random random = new Random(1);
		Set<Long> inWindow = new HashSet<>();
		for (int time = 0; time < 600_000; time += 50) {
			if (time % 60_000 == 0) {
				inWindow.clear();
			}
			long credential = random.nextLong();
			if (large.tryEnter(credential, time) == null) {
				large.leave(credential, true, time);
				inWindow.add(credential);
			}
			assertThat(inWindow).hasSizeLessThanOrEqualTo(100);
		}
	}

	private void refuse(long credential, long now) {
		assertThat(this.window.tryEnter(credential, now)).isNull();
		this.window.leave(credential, true, now);
	}

}
