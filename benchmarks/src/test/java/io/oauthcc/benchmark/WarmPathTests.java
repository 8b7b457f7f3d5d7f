package io.oauthcc.benchmark;

import java.util.Map;

import io.oauthcc.benchmark.WarmPath.Cost;
import io.oauthcc.benchmark.WarmPath.Goal;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WarmPath}.
 */
class WarmPathTests {

	@Test
	void goalsWhenFilterWastesThenMissed() throws RunnerException {
		Map<String, Cost> costs = WarmPath.run(new OptionsBuilder().include("\\.WastefulFilterBenchmark\\.")
			.include("\\.KeyBenchmark\\.digest")
			.forks(0)
			.warmupIterations(1)
			.warmupTime(TimeValue.milliseconds(200))
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(200)));
		// What is allocated is the same each time; times are not.
		assertThat(WarmPath.goals(costs)).filteredOn((goal) -> goal.what().contains("bytes") && !goal.isMet())
			.extracting(Goal::what)
			.containsExactlyInAnyOrder("gateway level, bytes more than the constant header",
					"application level, bytes more than gateway level");
	}

	@Test
	void tableWhenGoalIsMissedThenSays() {
		Cost cost = new Cost(100, 1, 1000);
		String table = WarmPath.table(Map.of("constant", cost, "gateway", new Cost(151, 1, 1201), "application",
				new Cost(399, 1, 1801), "digest", cost));
		assertThat(table).contains("| gateway level, time of the constant header's | 1.51 | 1.50, missed |")
			.contains("| gateway level, bytes more than the constant header | 201 | 200, missed |")
			.contains("| application level, time of 1.5 constant headers and 2.5 digests | 1.00 | 1.00 |")
			.contains("| application level, bytes more than gateway level | 600 | 600 |");
	}

}
