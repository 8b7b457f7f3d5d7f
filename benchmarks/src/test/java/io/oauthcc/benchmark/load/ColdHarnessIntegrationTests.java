package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the harness says of gateways with a fault.
 */
class ColdHarnessIntegrationTests {

	private static final Duration LATENCY = Duration.ofMillis(300);

	@Test
	void herdWhenGatewayHasNoFaultThenNothing() {
		assertThat(broken(herd(FaultyGateway.Fault.NONE), Bounds.of(1))).isEmpty();
	}

	@Test
	void herdWhenEachCallAsksForItselfThenTokenRequestsAreTooMany() {
		Outcome outcome = herd(FaultyGateway.Fault.NO_SINGLE_FLIGHT);
		assertThat(outcome.tally().failures()).isZero();
		assertThat(broken(outcome, Bounds.of(1))).singleElement().asString().contains("token requests, not at most 1");
	}

	@Test
	void arrivalsWhenTokensAreKeptWithoutWhoseTheyAreThenTokensAreWrong() {
		Outcome outcome = new Arrivals(20, Duration.ofSeconds(2), Duration.ZERO)
			.run(FaultyGateway.command(FaultyGateway.Fault.ONE_TOKEN_FOR_ALL));
		assertThat(broken(outcome, Bounds.of(20))).anySatisfy((bound) -> assertThat(bound).contains("wrong tokens"));
	}

	@Test
	void rollOverWhenTokensAreUsedBeyondTheirTimeThenTokensAreWrong() {
		Outcome outcome = new RollOver(Duration.ofSeconds(2), 20, 0, Duration.ZERO, Duration.ofSeconds(1))
			.run(FaultyGateway.command(FaultyGateway.Fault.NONE));
		assertThat(broken(outcome, Bounds.of(1))).anySatisfy((bound) -> assertThat(bound).contains("wrong tokens"));
	}

	private static Outcome herd(FaultyGateway.Fault fault) {
		return new Herd(50, "application", LATENCY).run(FaultyGateway.command(fault));
	}

	private static List<String> broken(Outcome outcome, Bounds bounds) {
		Report report = new Report("test", "column");
		bounds.check("scenario", outcome, report);
		return report.broken();
	}

}
