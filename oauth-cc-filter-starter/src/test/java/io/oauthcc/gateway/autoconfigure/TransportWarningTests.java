package io.oauthcc.gateway.autoconfigure;

import java.time.Duration;

import io.oauthcc.gateway.filter.Middlewares;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link TransportWarning}.
 */
class TransportWarningTests {

	private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();

	@AfterEach
	void reset() {
		VirtualTimeScheduler.reset();
	}

	@Test
	void concernsWhenTimePassesThenWarnedOfOnceADayUntilStopped() {
		Middlewares middlewares = mock(Middlewares.class);
		TransportWarning warning = new TransportWarning(middlewares);
		warning.start();
		this.time.advanceTimeBy(Duration.ofHours(23));
		verify(middlewares, never()).warnOfTransportConcerns();
		this.time.advanceTimeBy(Duration.ofHours(25));
		verify(middlewares, times(2)).warnOfTransportConcerns();
		warning.stop();
		this.time.advanceTimeBy(Duration.ofDays(2));
		verify(middlewares, times(2)).warnOfTransportConcerns();
		assertThat(warning.isRunning()).isFalse();
	}

}
