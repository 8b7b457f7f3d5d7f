package io.oauthcc.gateway.token;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AccessToken}.
 */
class AccessTokenTests {

	private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

	private final AccessToken token = TestGrants.CACHE_POLICY.accept("hush-token", null, NOON, NOON.plusSeconds(300));

	@Test
	void derivedThenMadeOnceForEachKey() {
		AtomicInteger made = new AtomicInteger();
		for (int count = 0; count < 10; count++) {
			assertThat(this.token.<String>derived("a", (token) -> "a" + made.incrementAndGet())).isEqualTo("a1");
		}
		assertThat(this.token.<String>derived("b", (token) -> "b" + made.incrementAndGet())).isEqualTo("b2");
	}

	@Test
	void derivedWhenManyPoliciesComeAndGoThenNotKeptForEver() {
		AtomicInteger made = new AtomicInteger();
		for (int key = 0; key < 10_000; key++) {
			this.token.derived(key, (token) -> made.incrementAndGet());
		}
		this.token.derived(0, (token) -> made.incrementAndGet());
		assertThat(made).hasValue(10_001);
		this.token.derived(9_999, (token) -> made.incrementAndGet());
		assertThat(made).hasValue(10_001);
	}

	@Test
	void toStringThenTimesAlone() {
		assertThat(this.token)
			.hasToString("AccessToken[issuedAt=" + NOON + ", expiresAt=" + NOON.plusSeconds(300) + "]");
	}

}
