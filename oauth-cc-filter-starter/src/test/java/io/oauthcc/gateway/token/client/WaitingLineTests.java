package io.oauthcc.gateway.token.client;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WaitingLine} and {@link Turn}.
 */
class WaitingLineTests {

	private final Semaphore places = new Semaphore(1);

	private final WaitingLine line = new WaitingLine(List.of(this.places), 2);

	@Test
	void enterWhenAPlaceIsFreeThenTaken() {
		Turn turn = enter();
		assertThat(turn.isWaiting()).isFalse();
		assertThat(turn.end()).isSameAs(this.places);
		assertThat(turn.end()).isNull();
	}

	@Test
	void enterWhenSomebodyWaitsThenNotBeforeThem() {
		Turn first = enter();
		Turn waiting = enter();
		giveBack(first);
		// The place is free, and not yet given to the one in front.
		Turn late = enter();
		assertThat(late.isWaiting()).isTrue();
		this.line.lead();
		assertThat(waiting.isWaiting()).isFalse();
		assertThat(late.isWaiting()).isTrue();
		StepVerifier.create(waiting.comes()).verifyComplete();
	}

	@Test
	void enterWhenTheLineIsFullThenNothing() {
		enter();
		enter();
		Turn last = enter();
		assertThat(this.line.enter()).isNull();
		this.line.leave(last);
		assertThat(this.line.enter()).isNotNull();
		assertThat(this.line.enter()).isNull();
	}

	@Test
	void leaveWhenNotInLineThenTheLineIsAsLongAsBefore() {
		Turn placed = enter();
		this.line.leave(placed);
		this.line.leave(placed);
		enter();
		enter();
		assertThat(this.line.enter()).isNull();
	}

	@Test
	void leadWhenWhoIsInFrontHasJustLeftThenTheNextHasThePlace() {
		Turn first = enter();
		Turn left = enter();
		Turn next = enter();
		left.end();
		giveBack(first);
		this.line.lead();
		assertThat(next.isWaiting()).isFalse();
		assertThat(left.take(this.places)).isFalse();
		assertThat(next.end()).isSameAs(this.places);
	}

	@Test
	void leadWhenAllHaveJustLeftThenThePlaceIsFree() {
		Turn first = enter();
		enter().end();
		giveBack(first);
		this.line.lead();
		assertThat(this.places.availablePermits()).isEqualTo(1);
		assertThat(enter().isWaiting()).isFalse();
	}

	@Test
	void leadWhenThreadIsInterruptedThenTheNextHasThePlace() {
		Turn first = enter();
		Turn waiting = enter();
		giveBack(first);
		Thread.currentThread().interrupt();
		this.line.lead();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(waiting.isWaiting()).isFalse();
	}

	@Test
	void leadWhenNoPlaceIsFreeThenTheyWait() {
		enter();
		Turn waiting = enter();
		this.line.lead();
		assertThat(waiting.isWaiting()).isTrue();
	}

	private Turn enter() {
		return Objects.requireNonNull(this.line.enter());
	}

	private static void giveBack(Turn turn) {
		@Nullable Semaphore place = turn.end();
		Objects.requireNonNull(place).release();
	}

}
