package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Calls that come at a rate, whether or not those before are answered. Each has a
 * connection of its own, and its time counts from when it was due.
 *
 * @param callers who call
 * @param perSecond the rate
 * @param calls what the call with a number is
 */
record SteadyLoad(Callers callers, int perSecond, LongFunction<Call> calls) {

	/**
	 * Call for a while, and wait for the answers.
	 * @param time for how long
	 * @return what became of the calls
	 */
	Tally run(Duration time) {
		return start(Long.MAX_VALUE, time).stop();
	}

	/** Call as often as that, and wait for the answers. */
	Tally run(long count) {
		return start(count, Duration.ofNanos(count * TimeUnit.SECONDS.toNanos(1) / this.perSecond)).stop();
	}

	private Running start(long count, Duration time) {
		Running running = start(count);
		running.await(time);
		return running;
	}

	/** Call until the end. */
	Running start() {
		return start(Long.MAX_VALUE);
	}

	private Running start(long count) {
		return new Running(this, count);
	}

	/**
	 * A call.
	 *
	 * @param address number of the loopback address that it comes from
	 * @param request what is sent
	 */
	record Call(int address, String request) {

		static Call of(int address, Client client, String path) {
			return new Call(address, client.head("GET", path) + "Connection: close\r\n\r\n");
		}

	}

	/**
	 * A load that goes on until it is stopped.
	 */
	static final class Running {

		private static final int TICK_MILLIS = 2;

		private final SteadyLoad load;

		private final long count;

		private final Tally tally = new Tally();

		private final ConcurrentLinkedQueue<CompletableFuture<String>> open = new ConcurrentLinkedQueue<>();

		private final long start = System.nanoTime();

		private final Future<?> ticking;

		private long sent;

		private Running(SteadyLoad load, long count) {
			this.load = load;
			this.count = count;
			this.ticking = load.callers()
				.thread()
				.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
		}

		/** Sends what is due by now. */
		private void tick() {
			long interval = TimeUnit.SECONDS.toNanos(1) / this.load.perSecond();
			while (this.sent < this.count) {
				long due = this.start + this.sent * interval;
				if (due > System.nanoTime()) {
					return;
				}
				Call call = this.load.calls().apply(this.sent++);
				CompletableFuture<String> answer = this.load.callers()
					.call(call.address(), call.request(), this.tally, due);
				this.open.add(answer);
				answer.whenComplete((outcome, error) -> this.open.remove(answer));
			}
		}

		void await(Duration time) {
			try {
				new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		Tally tally() {
			return this.tally;
		}

		/** End, once all calls are answered. */
		Tally stop() {
			CompletableFuture<Void> ended = new CompletableFuture<>();
			this.load.callers().thread().execute(() -> {
				if (this.count < Long.MAX_VALUE) {
					tick();
				}
				this.ticking.cancel(false);
				ended.complete(null);
			});
			ended.join();
			List.copyOf(this.open).forEach(CompletableFuture::join);
			return this.tally;
		}

	}

}
