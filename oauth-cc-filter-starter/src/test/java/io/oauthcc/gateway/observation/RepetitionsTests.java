package io.oauthcc.gateway.observation;

import java.time.Duration;

import io.oauthcc.gateway.token.MutableClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RepetitionsTests {

	private final MutableClock clock = new MutableClock();

	private final Repetitions<String> repetitions = new Repetitions<>(this.clock, Duration.ofSeconds(10));

	@Test
	void eventWhenFirstOfItsKindThenTold() {
		assertThat(this.repetitions.tell("a")).hasValue(0);
		assertThat(this.repetitions.tell("b")).hasValue(0);
	}

	@Test
	void eventsWhenWithinPauseThenToldAfterItAsNumber() {
		this.repetitions.tell("a");
		assertThat(this.repetitions.tell("a")).isEmpty();
		this.clock.advance(Duration.ofSeconds(9));
		assertThat(this.repetitions.tell("a")).isEmpty();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.repetitions.tell("a")).hasValue(2);
		assertThat(this.repetitions.tell("a")).isEmpty();
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(this.repetitions.tell("a")).hasValue(1);
	}

}
