package io.oauthcc.benchmark.memory;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

import io.oauthcc.gateway.token.AccessTokenResponse;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenMemory}: what it measures holds to the bound, and it notices an
 * entry that keeps too much.
 */
class TokenMemoryTests {

	private static final int ENTRIES = 20_000;

	private static final int LENGTH = 900;

	/** With so few, what is remembered of newcomers for a minute is part of each. */
	private static final double BOUND = 2500;

	@Test
	void measureWhenTokensAreOfUsualLengthThenWithinBound() {
		TokenMemory memory = TokenMemory.measure(ENTRIES, LENGTH, Map.of(), UnaryOperator.identity());
		assertThat(memory.bytesPerEntry()).isBetween((double) LENGTH, BOUND);
		assertThat(memory.largest(1)).startsWith("| `byte[]` |");
	}

	@Test
	void measureWhenTokensAreTwiceAsLongThenBeyondBound() {
		TokenMemory memory = TokenMemory.measure(ENTRIES, 2 * LENGTH, Map.of(), UnaryOperator.identity());
		assertThat(memory.bytesPerEntry()).isGreaterThan(BOUND);
	}

	@Test
	void measureWhenResponsesAreRetainedThenBeyondBound() {
		Queue<AccessTokenResponse> retained = new ConcurrentLinkedQueue<>();
		TokenMemory memory = TokenMemory.measure(ENTRIES, LENGTH, Map.of(),
				(client) -> (request, timeout) -> client.send(request, timeout).doOnNext(retained::add));
		assertThat(memory.bytesPerEntry()).isGreaterThan(BOUND);
		assertThat(retained).hasSizeGreaterThanOrEqualTo(ENTRIES);
	}

}
