package io.oauthcc.benchmark.scale;

import java.time.Duration;

import io.oauthcc.gateway.fixture.RedisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunningFleet}: the formula holds for it, and it notices gateways that
 * do not share.
 */
class RunningFleetTests {

	private static final Fleet FLEET = new Fleet(3, 100, Duration.ofSeconds(6));

	private static final int LIVES = 3;

	/** More than the report allows: a busy machine has gateways meet at renewals. */
	private static final double TOLERANCE = 0.5;

	private RedisProcess redis;

	@BeforeEach
	void start() {
		this.redis = RedisProcess.start();
	}

	@AfterEach
	void stop() {
		this.redis.close();
	}

	@Test
	void measureWhenGatewaysShareThenAsTheFormulaSays() {
		try (RunningFleet fleet = new RunningFleet(FLEET, this.redis.port(), (number) -> "shared:")) {
			RunningFleet.Measured measured = fleet.measure(LIVES);
			assertThat(measured.deviation()).as(measured.toString()).isLessThanOrEqualTo(TOLERANCE);
			assertThat(measured.bytesPerToken()).isBetween(900.0, (double) Fleet.REDIS);
		}
	}

	@Test
	void measureWhenGatewaysDoNotShareThenDeviates() {
		try (RunningFleet fleet = new RunningFleet(FLEET, this.redis.port(), (number) -> "own-" + number + ":")) {
			RunningFleet.Measured measured = fleet.measure(LIVES);
			assertThat(measured.deviation()).as(measured.toString()).isGreaterThan(TOLERANCE);
		}
	}

}
