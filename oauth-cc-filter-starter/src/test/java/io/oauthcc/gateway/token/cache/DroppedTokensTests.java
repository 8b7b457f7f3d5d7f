package io.oauthcc.gateway.token.cache;

import java.time.Duration;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DroppedTokens}.
 */
class DroppedTokensTests {

	private static final TokenKey KEY = new TokenKey(1, 0, 0, 0);

	private final MutableClock clock = new MutableClock();

	private final DroppedTokens dropped = new DroppedTokens(this.clock);

	@Test
	void addWhenDroppedAgainThenNoNews() {
		AccessToken token = token("a");
		assertThat(this.dropped.add(KEY, token)).isTrue();
		assertThat(this.dropped.add(KEY, token)).isFalse();
		assertThat(this.dropped.find(KEY)).isSameAs(token);
	}

	@Test
	void addWhenLaterOneWasDroppedThenThatStays() {
		AccessToken earlier = token("a");
		this.clock.advance(Duration.ofSeconds(1));
		AccessToken later = token("b");
		assertThat(this.dropped.add(KEY, later)).isTrue();
		assertThat(this.dropped.add(KEY, earlier)).isFalse();
		assertThat(this.dropped.find(KEY)).isSameAs(later);
		this.clock.advance(Duration.ofSeconds(1));
		AccessToken latest = token("c");
		assertThat(this.dropped.add(KEY, latest)).isTrue();
		assertThat(this.dropped.find(KEY)).isSameAs(latest);
	}

	@Test
	void findWhenExpiredThenForgotten() {
		this.dropped.add(KEY, token("a"));
		this.clock.advance(Duration.ofHours(1).minusMillis(1));
		assertThat(this.dropped.find(KEY)).isNotNull();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.dropped.find(KEY)).isNull();
	}

	@Test
	void isDroppedWhenToldBeforeItCameThenForAMinute() {
		this.dropped.addUnseen(KEY, (token) -> token.value().equals("a"));
		assertThat(this.dropped.isDropped(KEY, token("a"))).isTrue();
		assertThat(this.dropped.isDropped(KEY, token("b"))).isFalse();
		assertThat(this.dropped.isDropped(new TokenKey(2, 0, 0, 0), token("a"))).isFalse();
		this.clock.advance(Duration.ofMinutes(1));
		assertThat(this.dropped.isDropped(KEY, token("a"))).isFalse();
	}

	private AccessToken token(String value) {
		return TestGrants.CACHE_POLICY.accept(value, null, this.clock.instant(),
				this.clock.instant().plus(Duration.ofHours(1)));
	}

}
