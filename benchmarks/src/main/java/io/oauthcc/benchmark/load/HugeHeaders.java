package io.oauthcc.benchmark.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Basic headers of all lengths: as the filter takes them, just above, as the server takes
 * them, and above that.
 */
final class HugeHeaders implements Attack {

	private static final int[] LENGTHS = { 4000, 4096, 4100, 8000, 9000, 60_000 };

	private static final int ADDRESS = 900;

	private final AtomicInteger numbers = new AtomicInteger();

	@Override
	public CompletableFuture<String> once(Callers callers, int slot) {
		int number = this.numbers.incrementAndGet();
		Client client = Client.of("huge", number);
		int length = LENGTHS[number % LENGTHS.length] - new Client(client.id(), "").basic().length();
		// Base64 makes four characters of three.
		Client huge = new Client(client.id(), "s".repeat(length / 4 * 3));
		return callers.connect(ADDRESS)
			.thenCompose(
					(connection) -> connection.send(huge.head("GET", "/application/1") + "Connection: close\r\n\r\n")
						.whenComplete((status, error) -> connection.close()));
	}

}
