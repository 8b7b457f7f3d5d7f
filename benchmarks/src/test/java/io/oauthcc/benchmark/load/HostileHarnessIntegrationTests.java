package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the harness says of gateways with a fault.
 */
class HostileHarnessIntegrationTests {

	@Test
	void attackWhenNothingIsLeakedThenNothingIsFound() {
		assertThat(broken(FaultyGateway.Fault.NONE))
			.noneSatisfy((bound) -> assertThat(bound).containsAnyOf("at the start", "leak detector"));
	}

	@Test
	void attackWhenConnectionsAreLeakedThenTheyAreFound() {
		assertThat(broken(FaultyGateway.Fault.LEAKED_CONNECTION))
			.anySatisfy((bound) -> assertThat(bound).contains("at the start", "at the end"));
	}

	@Test
	void attackWhenBuffersAreLeakedThenTheyAreFound() {
		assertThat(broken(FaultyGateway.Fault.LEAKED_BUFFER))
			.anySatisfy((bound) -> assertThat(bound).contains("leak detector"));
	}

	private static List<String> broken(FaultyGateway.Fault fault) {
		return Hostile
			.run(FaultyGateway.command(fault), Duration.ofSeconds(2), Duration.ofSeconds(2), 20,
					Map.of("gone after the headers", () -> Cancellations.of(Duration.ofMillis(1), 1000)))
			.broken();
	}

}
