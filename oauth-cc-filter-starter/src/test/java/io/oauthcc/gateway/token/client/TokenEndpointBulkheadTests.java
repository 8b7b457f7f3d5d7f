package io.oauthcc.gateway.token.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.oauthcc.gateway.token.Standing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TokenEndpointBulkhead} under many threads.
 */
class TokenEndpointBulkheadTests {

	private static final int PLACES = 8;

	private final TokenEndpointBulkhead bulkhead = new TokenEndpointBulkhead(PLACES);

	private final AtomicInteger inside = new AtomicInteger();

	private final AtomicInteger served = new AtomicInteger();

	@Test
	void enterWhenManyComeWaitAndLeaveThenNeverTooManyAndNoPlaceIsLost() throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(8);
		List<Callable<Boolean>> callers = new ArrayList<>();
		for (int seed = 0; seed < 8; seed++) {
			Random random = new Random(seed);
			callers.add(() -> comeAndGo(random));
		}
		for (Future<Boolean> caller : threads.invokeAll(callers, 60, TimeUnit.SECONDS)) {
			assertThat(caller.get()).isTrue();
		}
		threads.shutdown();
		assertThat(this.served).hasPositiveValue();
		assertThat(placesFree(Standing.NEWCOMER)).isEqualTo(4);
		assertThat(placesFree(Standing.KNOWN)).isEqualTo(2);
	}

	@Test
	void leaveWhenWhoseTurnItIsFailsFatallyThenOthersHaveTheirTurnAllTheSame() {
		List<Turn> placed = Stream.generate(this::newcomer).limit(4).toList();
		Turn fatal = newcomer();
		fatal.comes().subscribe(new FailingSubscriber());
		Turn next = newcomer();
		assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(() -> this.bulkhead.leave(placed.get(0)));
		assertThat(next.isWaiting()).isTrue();
		this.bulkhead.leave(placed.get(1));
		assertThat(next.isWaiting()).isFalse();
	}

	private Turn newcomer() {
		return Objects.requireNonNull(this.bulkhead.enter(Standing.NEWCOMER));
	}

	private boolean comeAndGo(Random random) {
		boolean within = true;
		for (int count = 0; count < 20_000; count++) {
			@Nullable Turn turn = this.bulkhead.enter(random.nextBoolean() ? Standing.NEWCOMER : Standing.KNOWN);
			if (turn == null) {
				continue;
			}
			if (turn.isWaiting()) {
				// Some have not the patience.
				turn.comes().timeout(Duration.ofNanos(random.nextInt(200_000)), Mono.empty()).block();
			}
			if (!turn.isWaiting()) {
				this.served.incrementAndGet();
				within &= this.inside.incrementAndGet() <= PLACES - PLACES / 4;
				this.inside.decrementAndGet();
			}
			this.bulkhead.leave(turn);
		}
		return within;
	}

	private int placesFree(Standing standing) {
		int free = 0;
		while (free < 2 * PLACES) {
			@Nullable Turn turn = this.bulkhead.enter(standing);
			if (turn == null || turn.isWaiting()) {
				return free;
			}
			free++;
		}
		return free;
	}

	private static final class FailingSubscriber implements CoreSubscriber<Void> {

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(1);
		}

		@Override
		public void onNext(Void nothing) {
			throw new IllegalStateException();
		}

		@Override
		public void onError(Throwable error) {
			throw new IllegalStateException(error);
		}

		@Override
		public void onComplete() {
			throw new NoClassDefFoundError("seeded");
		}

	}

}
