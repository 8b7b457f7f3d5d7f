package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.util.Random;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TokenKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CachedToken}.
 */
class CachedTokenTests {

	private static final TokenFamilies.Family FAMILY = new TokenFamilies.Family(new TokenKey(1, 1, 1, 1));

	private static final long START = MutableClock.START.toEpochMilli();

	@Test
	void claimRenewalWhenManyMomentsThenSpreadOver75To90PercentOfUsableLife() {
		Random random = new Random(20261125);
		int[] perPercent = new int[100];
		for (int count = 0; count < 10_000; count++) {
			// Seen at the end of the second in which it becomes due.
			perPercent[(int) (dueAfter(cached(random.nextLong(), Duration.ofSeconds(1000))) - 1) / 10_000]++;
		}
		for (int percent = 0; percent < 100; percent++) {
			if (percent >= 75 && percent < 90) {
				assertThat(perPercent[percent]).as(percent + " %").isBetween(500, 850);
			}
			else {
				assertThat(perPercent[percent]).as(percent + " %").isZero();
			}
		}
	}

	@Test
	void claimRenewalWhenDueThenForOneAlone() {
		CachedToken cached = cached(0, Duration.ofSeconds(100));
		assertThat(cached.claimRenewal(START + 74_999)).isFalse();
		assertThat(cached.claimRenewal(START + 75_000)).isTrue();
		assertThat(cached.claimRenewal(START + 75_000)).isFalse();
		assertThat(cached.claimRenewal(START + 99_999)).isFalse();
	}

	@Test
	void claimRenewalWhenSwitchedOffThenNever() {
		CachedToken cached = new CachedToken(0, FAMILY, token(Duration.ofSeconds(100)), false);
		assertThat(cached.claimRenewal(START + 99_999)).isFalse();
	}

	@Test
	void renewalFailedWhenFaultThenWaitsLongerEachTime() {
		CachedToken cached = cached(0, Duration.ofHours(24));
		long now = START + Duration.ofHours(18).toMillis();
		for (long longest : new long[] { 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000 }) {
			assertThat(cached.claimRenewal(now)).isTrue();
			cached.renewalFailed(now, fault());
			assertThat(cached.claimRenewal(now + longest / 2 - 1)).isFalse();
			now += longest;
		}
	}

	@Test
	void renewalFailedWhenLittleIsLeftThenFewMoreAttempts() {
		CachedToken cached = cached(0, Duration.ofSeconds(8));
		int attempts = 0;
		for (long now = START; now < START + 8000; now++) {
			if (cached.claimRenewal(now)) {
				attempts++;
				cached.renewalFailed(now, fault());
			}
		}
		assertThat(attempts).isBetween(3, 10);
	}

	@ParameterizedTest
	@CsvSource({ "200, true", "199, false" })
	void renewalFailedWhenNextToNothingIsLeftThenNeverAgain(long left, boolean again) {
		CachedToken cached = cached(0, Duration.ofSeconds(100));
		long now = START + 100_000 - left;
		assertThat(cached.claimRenewal(now)).isTrue();
		cached.renewalFailed(now, fault());
		assertThat(cached.claimRenewal(now + 100)).isEqualTo(again);
	}

	@Test
	void renewalFailedWhenRetryAfterThenNotBefore() {
		CachedToken cached = cached(0, Duration.ofSeconds(1000));
		assertThat(cached.claimRenewal(START + 750_000)).isTrue();
		cached.renewalFailed(START + 750_000,
				new AccessTokenException(AccessTokenFailure.BUSY, "HTTP 429", Duration.ofSeconds(90)));
		assertThat(cached.claimRenewal(START + 839_999)).isFalse();
		assertThat(cached.claimRenewal(START + 840_000)).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "CLIENT_REFUSED", "GRANT_REFUSED" })
	void renewalFailedWhenRefusedThenNeverAgain(AccessTokenFailure refusal) {
		CachedToken cached = cached(0, Duration.ofSeconds(100));
		assertThat(cached.claimRenewal(START + 80_000)).isTrue();
		cached.renewalFailed(START + 80_000, new AccessTokenException(refusal, "no"));
		assertThat(cached.claimRenewal(START + 99_999)).isFalse();
	}

	private static long dueAfter(CachedToken cached) {
		for (long step = 0; step < 1_000_000; step += 1000) {
			if (cached.claimRenewal(START + step)) {
				return step;
			}
		}
		throw new AssertionError("Never due");
	}

	private static AccessTokenException fault() {
		return new AccessTokenException(AccessTokenFailure.UNREACHABLE, "no");
	}

	private static CachedToken cached(long moment, Duration usable) {
		return new CachedToken(moment, FAMILY, token(usable), true);
	}

	private static AccessToken token(Duration usable) {
		return new AccessToken("token", null, MutableClock.START, MutableClock.START.plus(usable),
				MutableClock.START.plus(usable));
	}

}
