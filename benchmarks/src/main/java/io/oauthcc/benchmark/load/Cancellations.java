package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Callers that go away without a farewell after a while: at once, or while the token is
 * being obtained that several of them wait for.
 *
 * @param after after which while
 * @param body what is declared of a body that never comes, in bytes
 * @param numbers the clients, so that none has a token
 */
record Cancellations(Duration after, int body, AtomicLong numbers) implements Attack {

	private static final int ADDRESS = 920;

	private static final int FOR_ONE_TOKEN = 4;

	static Cancellations of(Duration after, int body) {
		return new Cancellations(after, body, new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 40)));
	}

	@Override
	public CompletableFuture<String> once(Callers callers, int slot) {
		Client client = Client.of("leaving", this.numbers.incrementAndGet() / FOR_ONE_TOKEN);
		String request = (this.body == 0) ? client.head("GET", "/application/1") + "\r\n"
				: client.head("POST", "/replaying/1") + "Content-Length: %d\r\n\r\n".formatted(this.body);
		return callers.connect(ADDRESS).thenCompose((connection) -> {
			CompletableFuture<String> answer = connection.send(request);
			return answer.completeOnTimeout("left", this.after.toMillis(), TimeUnit.MILLISECONDS)
				.whenCompleteAsync((status, error) -> connection.reset(), callers.thread());
		});
	}

}
