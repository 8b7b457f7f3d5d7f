package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TokenKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AccessTokenCache}.
 */
class AccessTokenCacheTests {

	private final MutableClock clock = new MutableClock();

	private final AccessTokenCache cache = new AccessTokenCache(this.clock,
			() -> TimeUnit.MILLISECONDS.toNanos(this.clock.millis()), 10);

	private final TokenFamilies families = new TokenFamilies();

	@Test
	void findWhenNothingKeptThenNull() {
		assertThat(this.cache.find(key(1))).isNull();
	}

	@Test
	void findWhenKeptThenTokenUntilItIsNoLongerUsable() {
		CachedToken token = token(Duration.ofSeconds(54));
		this.cache.keep(key(1), token);
		this.clock.advance(Duration.ofSeconds(54).minusMillis(1));
		assertThat(this.cache.find(key(1))).isSameAs(token);
		assertThat(this.cache.find(key(2))).isNull();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.cache.find(key(1))).isNull();
	}

	@Test
	void findWhenFamilyIsDroppedThenOnlyWhatIsKeptOfTheNext() {
		CachedToken dropped = token(Duration.ofSeconds(54));
		this.cache.keep(key(1), dropped);
		this.families.drop(key(0));
		assertThat(this.cache.find(key(1))).isNull();
		this.cache.forEach((any) -> {
			throw new AssertionError("Is dropped");
		});
		this.cache.keep(key(1), dropped);
		assertThat(this.cache.find(key(1))).isNull();
		CachedToken next = token(Duration.ofSeconds(54));
		this.cache.keep(key(1), next);
		assertThat(this.cache.find(key(1))).isSameAs(next);
	}

	@Test
	void keepWhenTokenIsNotUsableThenNotKept() {
		this.cache.keep(key(1), token(Duration.ZERO));
		assertThat(this.cache.size()).isZero();
	}

	@Test
	void keepWhenKeptAlreadyThenReplaces() {
		CachedToken newer = token(Duration.ofSeconds(60));
		this.cache.keep(key(1), token(Duration.ofSeconds(54)));
		this.cache.keep(key(1), newer);
		this.clock.advance(Duration.ofSeconds(59));
		assertThat(this.cache.find(key(1))).isSameAs(newer);
	}

	@Test
	void sizeWhenMoreKeysThanMaximumThenMaximum() {
		for (int count = 0; count < 1000; count++) {
			this.cache.keep(key(count), token(Duration.ofSeconds(60)));
		}
		assertThat(this.cache.size()).isLessThanOrEqualTo(10);
	}

	@Test
	void sizeWhenTokensExpireThenForgetsThem() {
		this.cache.keep(key(1), token(Duration.ofSeconds(60)));
		this.cache.keep(key(2), token(Duration.ofDays(1)));
		this.clock.advance(Duration.ofMinutes(10));
		assertThat(this.cache.size()).isEqualTo(1);
	}

	@Test
	void clearThenForgetsAll() {
		this.cache.keep(key(1), token(Duration.ofSeconds(60)));
		this.cache.clear();
		assertThat(this.cache.find(key(1))).isNull();
		assertThat(this.cache.size()).isZero();
	}

	private CachedToken token(Duration usable) {
		AccessToken token = new AccessToken("token", null, this.clock.instant(), this.clock.instant().plus(usable),
				this.clock.instant().plus(usable));
		return new CachedToken(0, this.families.of(key(0)), token, false);
	}

	private static TokenKey key(long number) {
		return new TokenKey(number, 0, 0, 0);
	}

}
