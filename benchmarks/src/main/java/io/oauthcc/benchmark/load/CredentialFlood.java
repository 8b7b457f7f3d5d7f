package io.oauthcc.benchmark.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Credentials that nobody has sent before, again and again.
 */
final class CredentialFlood implements Attack {

	private static final int REQUESTS_ON_A_CONNECTION = 100;

	private final String kind;

	private final int firstAddress;

	private final int addresses;

	/** More than newcomers have places at a token endpoint. */
	private static final int CONNECTIONS = 256;

	private final AtomicInteger connections = new AtomicInteger();

	private final AtomicLong numbers = new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 40));

	private final Slot[] slots = new Slot[slots()];

	/**
	 * Create a flood.
	 * @param kind of clients, which says whether they are accepted
	 * @param firstAddress number of the first loopback address that they come from
	 * @param addresses from how many they come
	 */
	CredentialFlood(String kind, int firstAddress, int addresses) {
		this.kind = kind;
		this.firstAddress = firstAddress;
		this.addresses = addresses;
		for (int i = 0; i < this.slots.length; i++) {
			this.slots[i] = new Slot();
		}
	}

	@Override
	public int slots() {
		return CONNECTIONS;
	}

	@Override
	public CompletableFuture<String> once(Callers callers, int slot) {
		long number = this.numbers.incrementAndGet();
		String request = Client.of(this.kind, number).head("GET", "/application/1") + "\r\n";
		return this.slots[slot].connection(() -> connect(callers))
			.thenCompose((connection) -> connection.send(request).whenComplete((status, error) -> {
				if (error != null) {
					connection.close();
				}
			}));
	}

	private CompletableFuture<CallerConnection> connect(Callers callers) {
		return callers.connect(this.firstAddress + this.connections.getAndIncrement() % this.addresses);
	}

	/**
	 * A connection that is kept for some requests. Used by the callers' thread alone.
	 */
	private static final class Slot {

		private CompletableFuture<CallerConnection> connection = CompletableFuture
			.failedFuture(new IllegalStateException("Not connected"));

		private int left;

		CompletableFuture<CallerConnection> connection(Supplier<CompletableFuture<CallerConnection>> another) {
			boolean usable = this.connection.isDone() && !this.connection.isCompletedExceptionally()
					&& this.connection.join().isOpen();
			if (usable && this.left-- > 0) {
				return this.connection;
			}
			if (usable) {
				this.connection.join().close();
			}
			this.left = REQUESTS_ON_A_CONNECTION;
			this.connection = another.get();
			return this.connection;
		}

	}

}
