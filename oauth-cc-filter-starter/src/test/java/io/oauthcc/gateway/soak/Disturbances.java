package io.oauthcc.gateway.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What happens to a gateway during a soak, each from a moment to another that are known,
 * so that a request that fails is put down to what happened meanwhile, or to nothing.
 */
final class Disturbances implements AutoCloseable {

	private final Scheduler scheduler = Schedulers.newBoundedElastic(16, 16, "soak-disturbances");

	private final ConcurrentLinkedQueue<Interval> intervals = new ConcurrentLinkedQueue<>();

	private final List<Flux<Boolean>> planned = new ArrayList<>();

	private final Duration time;

	/**
	 * Create without any.
	 * @param time for how long they go on
	 */
	Disturbances(Duration time) {
		this.time = time;
	}

	/**
	 * Plan one that happens again and again.
	 * @param first when it begins for the first time
	 * @param every when it begins again
	 * @param lasts how long it lasts
	 * @param kinds what happens the first time, the second, and so on
	 */
	Disturbances plan(Duration first, Duration every, Duration lasts, IntFunction<Kind> kinds) {
		long room = this.time.minus(first).minus(lasts).toMillis();
		long times = (room < 0) ? 0 : room / every.toMillis() + 1;
		this.planned.add(Flux.interval(first, every, this.scheduler)
			.take(times)
			.onBackpressureBuffer()
			.concatMap((number) -> happen(kinds.apply(number.intValue()), lasts)));
		return this;
	}

	private Mono<Boolean> happen(Kind kind, Duration lasts) {
		Interval interval = new Interval(kind);
		return Mono.fromRunnable(() -> {
			this.intervals.add(interval);
			kind.begin().run();
		}).then(Mono.delay(lasts, this.scheduler)).map((ignored) -> {
			kind.end().run();
			interval.end = System.currentTimeMillis();
			return true;
		});
	}

	/** All of them, one after the other and side by side. */
	Mono<Void> happen() {
		return Flux.merge(Flux.fromIterable(this.planned), 16).then();
	}

	/**
	 * What a failure is put down to.
	 * @param status what the caller got
	 * @param start when it called
	 * @param end when it got the answer
	 * @return the name of what happened, or {@code null} for nothing that explains it
	 */
	@Nullable String causeOf(int status, long start, long end) {
		return this.intervals.stream()
			.filter((interval) -> interval.explains(status, start, end))
			.map((interval) -> interval.kind.name())
			.findFirst()
			.orElse(null);
	}

	/** How often each has happened. */
	Map<String, Integer> counts() {
		Map<String, Integer> counts = new TreeMap<>();
		this.intervals.forEach((interval) -> counts.merge(interval.kind.name(), 1, Integer::sum));
		return counts;
	}

	@Override
	public void close() {
		this.scheduler.dispose();
	}

	/**
	 * Something that happens.
	 *
	 * @param name its name
	 * @param begin begins it
	 * @param end ends it
	 * @param statuses what callers may get because of it
	 * @param aftermath for how long after its end
	 */
	record Kind(String name, Runnable begin, Runnable end, Set<Integer> statuses, Duration aftermath) {

		/** One that no request may fail for. */
		static Kind harmless(String name, Runnable begin, Runnable end) {
			return new Kind(name, begin, end, Set.of(), Duration.ZERO);
		}

	}

	private static final class Interval {

		private final Kind kind;

		private final long start = System.currentTimeMillis();

		private volatile long end = Long.MAX_VALUE;

		private Interval(Kind kind) {
			this.kind = kind;
		}

		private boolean explains(int status, long from, long to) {
			return this.kind.statuses().contains(status) && to >= this.start
					&& (this.end == Long.MAX_VALUE || from <= this.end + this.kind.aftermath().toMillis());
		}

	}

}
