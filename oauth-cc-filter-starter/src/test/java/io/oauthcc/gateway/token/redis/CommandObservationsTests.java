package io.oauthcc.gateway.token.redis;

import java.util.Optional;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.redis.RedisCircuit.Use;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CommandObservations}.
 */
class CommandObservationsTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final CommandObservations observations = new CommandObservations("redis:6379", this.registry);

	CommandObservationsTests() {
		this.registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
	}

	@Test
	void commandWhenReadThenHitOrMiss() {
		assertThat(outcomeOf(Use.READ, Mono.just(Optional.of("hush")))).isEqualTo("hit");
		this.meters.clear();
		assertThat(outcomeOf(Use.READ, Mono.just(Optional.empty()))).isEqualTo("miss");
	}

	@Test
	void commandWhenWrittenThenDone() {
		assertThat(outcomeOf(Use.WRITE, Mono.just(true))).isEqualTo("done");
	}

	@Test
	void commandWhenFailsThenError() {
		StepVerifier.create(this.observations.observe(Use.PUBLISH, Mono.error(new IllegalStateException("hush"))))
			.verifyError(IllegalStateException.class);
		assertThat(timer().getId().getTag("outcome")).isEqualTo("error");
		assertThat(timer().getId().getTag("command")).isEqualTo("publish");
		assertThat(timer().getId().getTag("error")).isEqualTo("IllegalStateException");
	}

	@Test
	void commandWhenNobodyWaitsThenCancelled() {
		this.observations.observe(Use.READ, Mono.never()).subscribe().dispose();
		assertThat(timer().getId().getTag("outcome")).isEqualTo("cancelled");
	}

	@Test
	void commandWhenNobodyObservesThenItself() {
		Mono<String> command = Mono.just("value");
		assertThat(new CommandObservations("redis:6379", ObservationRegistry.NOOP).observe(Use.READ, command))
			.isSameAs(command);
	}

	private String outcomeOf(Use use, Mono<?> command) {
		StepVerifier.create(this.observations.observe(use, command)).expectNextCount(1).verifyComplete();
		assertThat(this.meters.getMetersAsString()).doesNotContain("hush");
		assertThat(timer().getId().getTag("store")).isEqualTo("redis:6379");
		return String.valueOf(timer().getId().getTag("outcome"));
	}

	private Timer timer() {
		return this.meters.getMeters()
			.stream()
			.filter(Timer.class::isInstance)
			.map(Timer.class::cast)
			.findFirst()
			.orElseThrow();
	}

}
