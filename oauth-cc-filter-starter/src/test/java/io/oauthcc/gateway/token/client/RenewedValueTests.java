package io.oauthcc.gateway.token.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import io.oauthcc.gateway.token.MutableClock;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RenewedValueTests {

	private static final Duration KEPT = Duration.ofMinutes(5);

	private final MutableClock clock = new MutableClock();

	/** One for each time it was fetched. */
	private final List<Sinks.One<String>> fetched = new ArrayList<>();

	private final RenewedValue<String> value = new RenewedValue<>(Mono.defer(() -> {
		Sinks.One<String> answer = Sinks.one();
		this.fetched.add(answer);
		return answer.asMono();
	}), KEPT, this.clock);

	@Test
	void getWhenManyWantItThenFetchedOnceAndKept() {
		List<CompletableFuture<String>> waiting = new ArrayList<>();
		for (int caller = 0; caller < 30; caller++) {
			waiting.add(this.value.get().toFuture());
		}
		assertThat(this.fetched).hasSize(1);
		answer(0, "a");
		assertThat(waiting).allSatisfy((future) -> assertThat(future).isCompletedWithValue("a"));
		this.clock.advance(RenewedValue.RENEWED_AFTER.minusMillis(1));
		assertThat(now()).isEqualTo("a");
		assertThat(this.fetched).hasSize(1);
	}

	@Test
	void getWhenCallerGoesAwayThenOthersHaveIt() {
		Disposable first = this.value.get().subscribe();
		CompletableFuture<String> second = this.value.get().toFuture();
		first.dispose();
		answer(0, "a");
		assertThat(second).isCompletedWithValue("a");
	}

	@Test
	void getWhenItAgesThenRenewedInTheBackground() {
		known("a");
		this.clock.advance(RenewedValue.RENEWED_AFTER);
		assertThat(now()).isEqualTo("a");
		assertThat(now()).isEqualTo("a");
		assertThat(this.fetched).hasSize(2);
		answer(1, "b");
		assertThat(now()).isEqualTo("b");
		assertThat(this.fetched).hasSize(2);
	}

	@Test
	void getWhenItCannotBeRenewedThenTriedEveryFiveSecondsAndKeptForFiveMinutes() {
		known("a");
		this.clock.advance(RenewedValue.RENEWED_AFTER);
		assertThat(now()).isEqualTo("a");
		fail(1);
		this.clock.advance(RenewedValue.APART.minusMillis(1));
		assertThat(now()).isEqualTo("a");
		assertThat(this.fetched).hasSize(2);
		this.clock.advance(Duration.ofMillis(1));
		assertThat(now()).isEqualTo("a");
		assertThat(this.fetched).hasSize(3);
		fail(2);
		this.clock.advance(KEPT.minus(RenewedValue.RENEWED_AFTER));
		CompletableFuture<String> waiting = this.value.get().toFuture();
		assertThat(waiting).isNotDone();
		fail(3);
		assertThat(waiting).isCompletedExceptionally();
	}

	@Test
	void getWhenItFailedThenFailsForASecondWithoutAnotherAttempt() {
		CompletableFuture<String> first = this.value.get().toFuture();
		fail(0);
		this.clock.advance(Duration.ofMillis(999));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(this::now).withMessageContaining("not now");
		assertThat(this.fetched).hasSize(1);
		this.clock.advance(Duration.ofMillis(1));
		CompletableFuture<String> second = this.value.get().toFuture();
		answer(1, "a");
		assertThat(first).isCompletedExceptionally();
		assertThat(second).isCompletedWithValue("a");
	}

	@Test
	void getWhenClockIsSetBackThenFailureIsNotKeptUntilItIsThatLateAgain() {
		CompletableFuture<String> first = this.value.get().toFuture();
		fail(0);
		this.clock.advance(Duration.ofHours(-1));
		CompletableFuture<String> second = this.value.get().toFuture();
		answer(1, "a");
		assertThat(first).isCompletedExceptionally();
		assertThat(second).isCompletedWithValue("a");
	}

	@Test
	void getWhenClockIsSetBackThenRenewedAllTheSame() {
		known("a");
		this.clock.advance(Duration.ofHours(-1));
		CompletableFuture<String> waiting = this.value.get().toFuture();
		answer(1, "b");
		assertThat(waiting).isCompletedWithValue("b");
	}

	@Test
	void getAfterWhenAskedOverAndOverThenFetchedEveryFiveSeconds() {
		known("a");
		assertThat(this.value.getAfter("a").toFuture()).isCompletedWithValue("a");
		assertThat(this.fetched).hasSize(1);
		this.clock.advance(RenewedValue.APART);
		CompletableFuture<String> first = this.value.getAfter("a").toFuture();
		CompletableFuture<String> second = this.value.getAfter("a").toFuture();
		assertThat(this.fetched).hasSize(2);
		answer(1, "b");
		assertThat(first).isCompletedWithValue("b");
		assertThat(second).isCompletedWithValue("b");
		assertThat(this.value.getAfter("a").toFuture()).isCompletedWithValue("b");
		assertThat(this.fetched).hasSize(2);
	}

	@Test
	void getAfterWhenThereIsAnotherAlreadyThenNoAttemptUnderWayIsWaitedFor() {
		known("a");
		this.clock.advance(RenewedValue.RENEWED_AFTER);
		assertThat(now()).isEqualTo("a");
		answer(1, "b");
		this.clock.advance(RenewedValue.RENEWED_AFTER);
		assertThat(now()).isEqualTo("b");
		assertThat(this.fetched).hasSize(3);
		assertThat(this.value.getAfter("a").toFuture()).isCompletedWithValue("b");
	}

	@Test
	void prepareWhenItIsYoungThenNotFetched() {
		known("a");
		this.clock.advance(RenewedValue.RENEWED_AFTER.minusMillis(1));
		this.value.prepare();
		assertThat(this.fetched).hasSize(1);
	}

	@Test
	void prepareWhenItServesNoMoreThenFetchedAgainASecondAfterAFailure() {
		known("a");
		this.clock.advance(KEPT);
		this.value.prepare();
		fail(1);
		this.clock.advance(Duration.ofSeconds(1));
		this.value.prepare();
		assertThat(this.fetched).hasSize(3);
	}

	@Test
	void prepareWhenNothingIsThereThenFetchedForWhoComesNext() {
		this.value.prepare();
		this.value.prepare();
		assertThat(this.fetched).hasSize(1);
		answer(0, "a");
		assertThat(now()).isEqualTo("a");
		this.clock.advance(RenewedValue.RENEWED_AFTER);
		this.value.prepare();
		assertThat(this.fetched).hasSize(2);
	}

	@Test
	void disposeWhenUnderWayThenThoseWhoWaitHearOfIt() {
		CompletableFuture<String> waiting = this.value.get().toFuture();
		assertThat(this.value.isDisposed()).isFalse();
		this.value.dispose();
		assertThat(this.value.isDisposed()).isTrue();
		assertThat(waiting).isCompletedExceptionally();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
		assertThat(this.fetched.get(0).currentSubscriberCount()).isZero();
		this.clock.advance(Duration.ofSeconds(2));
		assertThat(this.value.get().toFuture()).isCompletedExceptionally();
	}

	private void known(String text) {
		CompletableFuture<String> waiting = this.value.get().toFuture();
		answer(this.fetched.size() - 1, text);
		assertThat(waiting).isCompletedWithValue(text);
	}

	/** Without a wait. */
	private String now() {
		CompletableFuture<String> outcome = this.value.get().toFuture();
		assertThat(outcome).isDone();
		return outcome.join();
	}

	private void answer(int attempt, String text) {
		this.fetched.get(attempt).tryEmitValue(text).orThrow();
	}

	private void fail(int attempt) {
		this.fetched.get(attempt).tryEmitError(new IllegalStateException("not now")).orThrow();
	}

}
