package io.oauthcc.gateway;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/**
 * Without this the other tests would not know that nothing watches them.
 */
class BlockHoundTests {

	@Test
	void threadWhenBlockedThoughNonBlockingThenNoticed() {
		Mono<Boolean> blocking = Mono.delay(Duration.ofMillis(1), Schedulers.parallel())
			.map((tick) -> await(new CountDownLatch(1)));
		StepVerifier.create(blocking).expectError(BlockingOperationError.class).verify(Duration.ofSeconds(10));
	}

	/**
	 * A lock that is held for a moment is no reason to lose the end of a stream: without
	 * the allowance this hangs in one of its first rounds.
	 */
	@Test
	void intervalsWhenEndedByManyThreadsThenEachEnds() {
		Flux<Long> counts = Flux.range(0, 64)
			.flatMap((caller) -> Flux.interval(Duration.ofNanos(200_000))
				.take(Duration.ofMillis(50))
				.onBackpressureDrop(), 64)
			.count()
			.repeat(9);
		StepVerifier.create(counts).expectNextCount(10).expectComplete().verify(Duration.ofSeconds(20));
	}

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(1, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
