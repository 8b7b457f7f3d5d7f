package io.oauthcc.gateway.token;

import java.util.EnumSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AccessTokenFailure}: what is remembered, and what opens a circuit.
 */
class AccessTokenFailureTests {

	@Test
	void isRefusalThenOfClientOrGrant() {
		assertThat(EnumSet.allOf(AccessTokenFailure.class)).filteredOn(AccessTokenFailure::isRefusal)
			.containsExactlyInAnyOrder(AccessTokenFailure.CLIENT_REFUSED, AccessTokenFailure.GRANT_REFUSED);
	}

	@Test
	void isLastingThenWhatAnotherRequestWouldNotChange() {
		assertThat(EnumSet.allOf(AccessTokenFailure.class)).filteredOn(AccessTokenFailure::isLasting)
			.containsExactlyInAnyOrder(AccessTokenFailure.CLIENT_REFUSED, AccessTokenFailure.GRANT_REFUSED,
					AccessTokenFailure.UNTRUSTED, AccessTokenFailure.UNVERIFIED, AccessTokenFailure.UNVERIFIABLE);
	}

	@Test
	void isFaultThenOfTheEndpointAlone() {
		assertThat(EnumSet.allOf(AccessTokenFailure.class)).filteredOn(AccessTokenFailure::isFault)
			.containsExactlyInAnyOrder(AccessTokenFailure.UNREACHABLE, AccessTokenFailure.UNAVAILABLE,
					AccessTokenFailure.TIMEOUT, AccessTokenFailure.SERVER_ERROR);
	}

}
