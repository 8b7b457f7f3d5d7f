package io.oauthcc.gateway.attempt;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefusedCredentials}.
 */
class RefusedCredentialsTests {

	private final RefusedCredentials refused = new RefusedCredentials(Duration.ofSeconds(60), 3);

	@Test
	void waitWhenFewerThanLimitThenNone() {
		this.refused.add(1, 0);
		this.refused.add(2, 0);
		assertThat(this.refused.waitAt(0)).isNull();
	}

	@Test
	void waitWhenLimitThenUntilTheOldestIsForgotten() {
		this.refused.add(1, 0);
		this.refused.add(2, 10_000);
		this.refused.add(3, 20_000);
		assertThat(this.refused.waitAt(20_000)).isEqualTo(Duration.ofSeconds(40));
		assertThat(this.refused.waitAt(59_999)).isEqualTo(Duration.ofMillis(1));
		assertThat(this.refused.waitAt(60_000)).isNull();
		this.refused.add(4, 60_000);
		assertThat(this.refused.waitAt(60_000)).isEqualTo(Duration.ofSeconds(10));
	}

	@Test
	void waitWhenTheSameAgainAndAgainThenCountsOnce() {
		for (int count = 0; count < 1000; count++) {
			this.refused.add(1, count);
		}
		assertThat(this.refused.waitAt(1000)).isNull();
	}

	@Test
	void waitWhenWindowSlidesForLongThenNeverMoreThanLimit() {
		int passed = 0;
		for (int time = 0; time < 600_000; time += 100) {
			if (this.refused.waitAt(time) == null) {
				this.refused.add(time, time);
				passed++;
			}
		}
		assertThat(passed).isEqualTo(30);
	}

}
