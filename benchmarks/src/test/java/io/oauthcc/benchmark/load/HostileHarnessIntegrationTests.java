package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the harness says of gateways with a fault.
 */
class HostileHarnessIntegrationTests {

	private static final Duration LEAVE_AFTER = Duration.ofMillis(40);

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
					Map.of("gone after the headers", () -> new FewAtATime(Cancellations.of(LEAVE_AFTER, 1000))))
			.broken();
	}

	/**
	 * A gateway that holds nobody back and looks at each buffer bears a hundred a second.
	 */
	private record FewAtATime(Attack attack) implements Attack {

		@Override
		public CompletableFuture<String> once(Callers callers, int slot) {
			return this.attack.once(callers, slot);
		}

		@Override
		public int slots() {
			return 4;
		}

	}

}
