package io.oauthcc.benchmark.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Bodies that the gateway would keep so as to send them again, and that come byte by byte
 * and never as a whole.
 */
final class SlowBodies implements Attack {

	private static final int ADDRESS = 910;

	private static final int TICK_MILLIS = 2;

	private static final int SECONDS = 4;

	@Override
	public int slots() {
		return 100;
	}

	@Override
	public CompletableFuture<String> once(Callers callers, int slot) {
		String head = Client.of("slow", slot).head("POST", "/replaying/1") + "Content-Length: 200000\r\n\r\n";
		return callers.connect(ADDRESS).thenCompose((connection) -> {
			CompletableFuture<String> answer = connection.send(head);
			Future<?> trickle = callers.thread()
				.scheduleAtFixedRate(() -> connection.write("x"), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
			return answer.completeOnTimeout("no end", SECONDS, TimeUnit.SECONDS).whenCompleteAsync((status, error) -> {
				trickle.cancel(false);
				connection.reset();
			}, callers.thread());
		});
	}

}
