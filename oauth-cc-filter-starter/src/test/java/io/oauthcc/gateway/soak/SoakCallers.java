package io.oauthcc.gateway.soak;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.netty.handler.codec.http.HttpMethod;
import io.oauthcc.gateway.fixture.TestGateway;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * Applications that call through the gateway: a few often and many rarely, some slowly,
 * some that go away before they have an answer, some with a secret that is not theirs. A
 * connection for each request.
 */
final class SoakCallers implements AutoCloseable {

	private static final int MOST_AT_ONCE = 4096;

	private static final int MOST_KEPT = 50;

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final int INTRUDERS = 20;

	private final LoopResources loops = LoopResources.create("soak-callers", 1, true);

	private final Scheduler clock = Schedulers.newSingle("soak-clock", true);

	private final HttpClient client;

	private final SoakClients clients;

	private final List<String> routes;

	private final double[] popularity;

	private final Duration pace;

	private final Disturbances disturbances;

	private final Random random = new Random(11);

	private final LongAdder requests = new LongAdder();

	private final LongAdder skipped = new LongAdder();

	private final AtomicLong slowest = new AtomicLong();

	private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();

	private final LongAdder unexplained = new LongAdder();

	private final LongAdder internalErrors = new LongAdder();

	private final ConcurrentLinkedQueue<String> kept = new ConcurrentLinkedQueue<>();

	private volatile boolean storm;

	/**
	 * Create callers who do not call yet.
	 * @param url the gateway's
	 * @param clients who has which secret
	 * @param number how many applications there are
	 * @param routes ids of the gateway's own clients, each of which has a route
	 * @param pace between two bytes of those who send slowly
	 * @param disturbances what failures are put down to
	 */
	SoakCallers(String url, SoakClients clients, int number, List<String> routes, Duration pace,
			Disturbances disturbances) {
		this.client = HttpClient.newConnection().runOn(this.loops).baseUrl(url).responseTimeout(PATIENCE);
		this.clients = clients;
		this.routes = routes;
		this.popularity = zipf(number);
		this.pace = pace;
		this.disturbances = disturbances;
	}

	/** The second is called half as often as the first, the third a third as often. */
	private static double[] zipf(int number) {
		double[] sums = new double[number];
		double sum = 0;
		for (int rank = 0; rank < number; rank++) {
			sum += 1.0 / (rank + 1);
			sums[rank] = sum;
		}
		return sums;
	}

	/**
	 * Call.
	 * @param perSecond how many calls a second begin
	 * @param time for how long
	 * @return completes when the last one has its answer
	 */
	Mono<Void> load(int perSecond, Duration time) {
		return Flux.interval(Duration.ofNanos(Duration.ofSeconds(1).toNanos() / perSecond), this.clock)
			.take(time)
			.onBackpressureDrop((tick) -> this.skipped.increment())
			.flatMap((tick) -> make(next()), MOST_AT_ONCE)
			.then();
	}

	/**
	 * Call, each when the last one has its answer, for which all of them wait.
	 * @param number how often
	 * @return completes when the last one has its answer
	 */
	Mono<Void> oneByOne(int number) {
		return Flux.range(0, number).concatMap((call) -> make(next().staying())).then();
	}

	/** Many who go away. */
	void storm(boolean storm) {
		this.storm = storm;
	}

	private Call next() {
		double share = this.random.nextDouble();
		if (share < 0.03) {
			return new Call("/plain/x", "", "", Kind.USUAL);
		}
		Kind kind = kindOf(this.random.nextDouble());
		if (share < 0.30) {
			String route = this.routes.get(this.random.nextInt(this.routes.size()));
			return new Call("/" + route, route, "", kind);
		}
		if (share < 0.32) {
			String intruder = "app-" + this.random.nextInt(INTRUDERS);
			return new Call("/application", intruder + "/none", TestGateway.basic(intruder, "hush-guessed"),
					Kind.INTRUDING);
		}
		return application("app-" + rank(), kind);
	}

	private Kind kindOf(double share) {
		if (this.storm && share < 0.5) {
			return (share < 0.3) ? Kind.LEAVING : Kind.LEAVING_IN_ANSWER;
		}
		if (share < 0.02) {
			return Kind.LEAVING;
		}
		if (share < 0.03) {
			return Kind.LEAVING_IN_ANSWER;
		}
		if (share < 0.035) {
			return Kind.LEAVING_IN_BODY;
		}
		return (share < 0.04) ? Kind.SLOW_BODY : Kind.USUAL;
	}

	private int rank() {
		double at = this.random.nextDouble() * this.popularity[this.popularity.length - 1];
		int found = Arrays.binarySearch(this.popularity, at);
		return (found < 0) ? -found - 1 : found;
	}

	private Call application(String id, Kind kind) {
		int version = this.clients.version(id);
		return new Call("/application", id + "/" + version, TestGateway.basic(id, SoakClients.secret(id, version)),
				kind);
	}

	private Mono<Boolean> make(Call call) {
		long start = System.currentTimeMillis();
		this.requests.increment();
		Mono<Answer> answer = send(call);
		Duration leaves = leaves(call.kind());
		return ((leaves != null) ? answer.takeUntilOther(Mono.delay(leaves, this.clock)) : answer)
			.defaultIfEmpty(Answer.LEFT)
			.onErrorResume((error) -> Mono.just(new Answer(-1, String.valueOf(error))))
			.map((got) -> {
				judge(call, got, start, System.currentTimeMillis());
				return true;
			});
	}

	private @Nullable Duration leaves(Kind kind) {
		return switch (kind) {
			case LEAVING -> Duration.ofMillis(this.random.nextInt(60));
			case LEAVING_IN_ANSWER -> Duration.ofMillis(100 + this.random.nextInt(700));
			case LEAVING_IN_BODY -> this.pace.multipliedBy(this.random.nextInt(4000)).dividedBy(1000);
			default -> null;
		};
	}

	private Mono<Answer> send(Call call) {
		HttpClient client = this.client.headers((headers) -> {
			if (!call.caller().isEmpty()) {
				headers.set(SoakUpstream.CALLER, call.caller());
			}
			if (!call.authorization().isEmpty()) {
				headers.set("Authorization", call.authorization());
			}
			if (call.kind() == Kind.USUAL) {
				headers.set(SoakUpstream.STAYS, "yes");
			}
		});
		boolean streaming = call.kind() == Kind.LEAVING_IN_ANSWER;
		return client.request(call.isSlow() ? HttpMethod.POST : HttpMethod.GET)
			.uri(call.path() + (streaming ? "/stream" : "/x"))
			.send(call.isSlow()
					? ByteBufFlux
						.fromString(Flux.interval(Duration.ZERO, this.pace, this.clock).take(8).map((tick) -> "x"))
					: Mono.empty())
			.responseSingle((response, body) -> body.asString()
				.defaultIfEmpty("")
				.map((text) -> new Answer(response.status().code(),
						response.responseHeaders().get("WWW-Authenticate", ""))));
	}

	private void judge(Call call, Answer answer, long start, long end) {
		if (call.kind() == Kind.USUAL) {
			this.slowest.accumulateAndGet(end - start, Math::max);
		}
		if (answer.status() == ((call.kind() == Kind.INTRUDING) ? 401 : 200)) {
			return;
		}
		String cause = causeOf(call, answer, start, end);
		if (cause != null) {
			this.failures.computeIfAbsent(cause, (name) -> new LongAdder()).increment();
			return;
		}
		((answer.status() == 500) ? this.internalErrors : this.unexplained).increment();
		if (this.kept.size() < MOST_KEPT) {
			this.kept.add("%s %s: %d %s after %d ms, at %tT".formatted(call.kind(), call.path(), answer.status(),
					answer.detail(), end - start, end));
		}
	}

	private @Nullable String causeOf(Call call, Answer answer, long start, long end) {
		if (answer.equals(Answer.LEFT)) {
			return "the caller left";
		}
		if (call.caller().isEmpty()) {
			return null;
		}
		boolean invalidToken = answer.status() == 401 && answer.detail().contains("invalid_token");
		if (invalidToken && call.isSlow()) {
			return "revoked, and the body cannot be sent again";
		}
		// Without another token, the service's answer is the one there is.
		return this.disturbances.causeOf(invalidToken ? 503 : answer.status(), start, end);
	}

	long requests() {
		return this.requests.sum();
	}

	/** Calls that were due while too many were under way. */
	long skipped() {
		return this.skipped.sum();
	}

	long slowestMillis() {
		return this.slowest.get();
	}

	Map<String, LongAdder> failures() {
		return this.failures;
	}

	long unexplained() {
		return this.unexplained.sum();
	}

	/** Answers of 500, which the gateway's log explains if anything does. */
	long internalErrors() {
		return this.internalErrors.sum();
	}

	/** The first of the failures that nothing explains, those among them. */
	List<String> unexplainedFailures() {
		return List.copyOf(this.kept);
	}

	@Override
	public void close() {
		this.loops.dispose();
		this.clock.dispose();
	}

	private enum Kind {

		/** Stays until it has its answer. */
		USUAL,

		/** Has one client's id, and not its secret. */
		INTRUDING,

		/** A byte now and then. */
		SLOW_BODY,

		/** Leaves while it waits, for a token or for an answer. */
		LEAVING,

		/** Leaves in the middle of an answer. */
		LEAVING_IN_ANSWER,

		/** Leaves in the middle of its own body. */
		LEAVING_IN_BODY

	}

	private record Call(String path, String caller, String authorization, Kind kind) {

		private Call staying() {
			return new Call(this.path, this.caller, this.authorization,
					(this.kind == Kind.INTRUDING) ? Kind.INTRUDING : Kind.USUAL);
		}

		private boolean isSlow() {
			return this.kind == Kind.SLOW_BODY || this.kind == Kind.LEAVING_IN_BODY;
		}

	}

	private record Answer(int status, String detail) {

		private static final Answer LEFT = new Answer(0, "left");

	}

}
