package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SingleFlight}.
 */
class SingleFlightTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final SingleFlight<String, String> flights = new SingleFlight<>(CancellationException::new);

	private final TestPublisher<String> work = TestPublisher.create();

	@Test
	void joinWhenUnderWayThenSharesTheWork() {
		AtomicInteger started = new AtomicInteger();
		Mono<String> counted = this.work.mono().doOnSubscribe((subscription) -> started.incrementAndGet());
		CompletableFuture<String> first = this.flights.join("key", counted).toFuture();
		CompletableFuture<String> second = this.flights.join("key", counted).toFuture();
		assertThat(this.flights.size()).isOne();
		assertThat(this.flights.isInFlight("key")).isTrue();
		assertThat(this.flights.isInFlight("other")).isFalse();
		this.work.emit("value");
		assertThat(first).isCompletedWithValue("value");
		assertThat(second).isCompletedWithValue("value");
		assertThat(started).hasValue(1);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void joinWhenOtherKeyThenDoesOtherWork() {
		CompletableFuture<String> first = this.flights.join("key", this.work.mono()).toFuture();
		StepVerifier.create(this.flights.join("other", Mono.just("value"))).expectNext("value").verifyComplete();
		assertThat(first).isNotDone();
	}

	@Test
	void joinWhenWorkIsDoneThenStartsAnew() {
		StepVerifier.create(this.flights.join("key", Mono.just("a"))).expectNext("a").verifyComplete();
		StepVerifier.create(this.flights.join("key", Mono.just("b"))).expectNext("b").verifyComplete();
	}

	@Test
	void joinWhenFirstCancelsThenOthersGetTheValue() {
		CompletableFuture<String> first = this.flights.join("key", this.work.mono()).toFuture();
		CompletableFuture<String> second = this.flights.join("key", Mono.never()).toFuture();
		first.cancel(true);
		this.work.assertNotCancelled();
		this.work.emit("value");
		assertThat(second).isCompletedWithValue("value");
	}

	@Test
	void joinWhenAllCancelledAndWorkFailsThenLogsNothing() {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger reactor = (Logger) LoggerFactory.getLogger("reactor.core.publisher.Operators");
		log.start();
		reactor.addAppender(log);
		try {
			this.flights.join("key", this.work.mono()).subscribe().dispose();
			this.work.error(new IllegalStateException("failed"));
		}
		finally {
			reactor.detachAppender(log);
		}
		assertThat(log.list).isEmpty();
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void joinWhenWorkFailsThenAllGetTheErrorAndKeyIsFree() {
		CompletableFuture<String> first = this.flights.join("key", this.work.mono()).toFuture();
		CompletableFuture<String> second = this.flights.join("key", Mono.never()).toFuture();
		this.work.error(new IllegalStateException("failed"));
		assertThat(first).isCompletedExceptionally();
		assertThat(second).isCompletedExceptionally();
		StepVerifier.create(this.flights.join("key", Mono.just("value"))).expectNext("value").verifyComplete();
	}

	@Test
	void joinWhenNothingComesOfTheWorkThenFails() {
		StepVerifier.create(this.flights.join("key", Mono.empty())).verifyError(IllegalStateException.class);
		assertThat(this.flights.size()).isZero();
	}

	@Test
	void joinWhenWorkThrowsWhatReactorDoesNotCatchThenKeyIsFree() {
		Sinks.One<CompletableFuture<String>> other = Sinks.one();
		Mono<String> broken = Mono.defer(() -> {
			other.tryEmitValue(this.flights.join("key", Mono.never()).toFuture()).orThrow();
			throw new NoClassDefFoundError("gone");
		});
		assertThatExceptionOfType(NoClassDefFoundError.class)
			.isThrownBy(() -> this.flights.join("key", broken).subscribe());
		StepVerifier.create(other.asMono().flatMap(Mono::fromFuture)).verifyError(NoClassDefFoundError.class);
		StepVerifier.create(this.flights.join("key", Mono.just("value"))).expectNext("value").verifyComplete();
	}

	@Test
	void joinWhenCallerHasContextThenWorkHasNone() {
		Mono<String> seen = Mono
			.deferContextual((context) -> Mono.just(context.isEmpty() ? "none" : context.toString()));
		StepVerifier.create(this.flights.join("key", seen).contextWrite(Context.of("user", "hush")))
			.expectNext("none")
			.verifyComplete();
	}

	@Test
	void launchWhenUnderWayThenDoesNothing() {
		AtomicInteger started = new AtomicInteger();
		assertThat(this.flights.launch("key", this.work.mono())).isTrue();
		assertThat(this.flights.launch("key", Mono.fromCallable(() -> "value" + started.incrementAndGet()))).isFalse();
		assertThat(started).hasValue(0);
		CompletableFuture<String> joined = this.flights.join("key", Mono.never()).toFuture();
		this.work.emit("value");
		assertThat(joined).isCompletedWithValue("value");
	}

	@Test
	void stopWhenUnderWayThenEndsTheWorkAndTheNextStartsAnew() {
		CompletableFuture<String> first = this.flights.join("key", this.work.mono()).toFuture();
		this.flights.stop();
		this.work.assertCancelled();
		assertThat(first).isCompletedExceptionally();
		StepVerifier.create(this.flights.join("key", Mono.just("value"))).expectNext("value").verifyComplete();
	}

	@Test
	void disposeWhenUnderWayThenEndsTheWorkAndFailsThoseWhoWait() {
		CompletableFuture<String> first = this.flights.join("key", this.work.mono()).toFuture();
		assertThat(this.flights.isDisposed()).isFalse();
		this.flights.dispose();
		this.work.assertCancelled();
		assertThat(first).isCompletedExceptionally();
		StepVerifier.create(this.flights.join("key", Mono.just("value")))
			.expectError(CancellationException.class)
			.verify(LIMIT);
		assertThat(this.flights.size()).isZero();
		assertThat(this.flights.isDisposed()).isTrue();
	}

}
