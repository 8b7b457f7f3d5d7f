package io.oauthcc.gateway.token.redis;

import io.oauthcc.gateway.token.TokenKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoreKey}: gateways of different versions must find the same.
 */
class StoreKeyTests {

	@Test
	void keysWhenOfOneTokenThenOfOneSlotAndUnlikeEachOther() {
		StoreKey key = new StoreKey("fleet:", new TokenKey(1, 2, 3, 4));
		String slot = "fleet:oauth-cc:{0000000000000001000000000000000200000000000000030000000000000004}:";
		assertThat(key.entry()).isEqualTo(slot + "token");
		assertThat(key.lease()).isEqualTo(slot + "lease");
		assertThat(key.generation()).isEqualTo(slot + "generation");
		assertThat(key.probe()).isEqualTo(slot + "probe");
	}

}
