package io.oauthcc.gateway;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
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

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(1, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
