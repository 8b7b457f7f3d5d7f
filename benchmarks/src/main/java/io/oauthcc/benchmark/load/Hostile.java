package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Hostile callers at a gateway that honest ones use, and what they leave behind.
 */
final class Hostile {

	private static final Duration LATENCY = Duration.ofMillis(200);

	private static final Duration LIFETIME = Duration.ofSeconds(8);

	/** Until tokens have expired, and connections that nobody uses are closed. */
	private static final Duration SETTLING = LIFETIME.multipliedBy(2);

	/** In so many times that, what was taken is to be given back. */
	private static final int PATIENCE = 6;

	/** Clients that have called before, and go on calling. */
	private static final int KNOWN = 20;

	private final Stage stage;

	private final Duration time;

	private final Duration settling;

	private final int perSecond;

	private final Report report;

	private final Map<String, Supplier<Attack>> attacks;

	private long newcomers;

	private Hostile(Stage stage, Duration time, Duration settling, int perSecond,
			Map<String, Supplier<Attack>> attacks) {
		this.stage = stage;
		this.time = time;
		this.settling = settling;
		this.perSecond = perSecond;
		this.attacks = attacks;
		this.report = new Report("benchmarks/hostile.sh", "meanwhile", "attacks a second", "what they get",
				"token requests for them", "honest callers: p99", "slowest", "failed", "newcomers failed");
	}

	/**
	 * Run all attacks.
	 * @param arguments the command that starts the gateway
	 */
	public static void main(String[] arguments) {
		run(arguments[0], Duration.ofSeconds(Integer.getInteger("seconds", 15)), SETTLING,
				Integer.getInteger("rate", 100), all())
			.finish();
	}

	static Map<String, Supplier<Attack>> all() {
		Map<String, Supplier<Attack>> attacks = new LinkedHashMap<>();
		attacks.put("wrong credentials, one address", () -> new CredentialFlood(TokenServer.REFUSED, 1000, 1));
		attacks.put("wrong credentials, 5,000 addresses", () -> new CredentialFlood(TokenServer.REFUSED, 2000, 5000));
		attacks.put("right credentials, one address", () -> new CredentialFlood("accepted", 1001, 1));
		attacks.put("Basic headers of 4 to 60 KB", HugeHeaders::new);
		attacks.put("bodies byte by byte, to be kept for a replay", SlowBodies::new);
		attacks.put("gone after the headers", () -> Cancellations.of(Duration.ofMillis(1), 1000));
		attacks.put("gone while the token is obtained", () -> Cancellations.of(LATENCY.dividedBy(4), 0));
		attacks.keySet().removeIf((name) -> !name.contains(System.getProperty("attacks", "")));
		return attacks;
	}

	/**
	 * Run attacks, and compare what the gateway holds before and after.
	 * @param command starts the gateway
	 * @param time how long each attack takes
	 * @param settling how long the gateway is left alone before and after
	 * @param perSecond calls of honest callers
	 * @param attacks the attacks, by what the report calls them
	 */
	static Report run(String command, Duration time, Duration settling, int perSecond,
			Map<String, Supplier<Attack>> attacks) {
		try (Stage stage = Stage.start(command, LATENCY, LIFETIME)) {
			return new Hostile(stage, time, settling, perSecond, attacks).run();
		}
	}

	private Report run() {
		// Once each, so that what a first time leaves behind is there at the start.
		this.attacks.values().forEach((attack) -> meanwhile(attack.get(), Duration.ofSeconds(3)));
		Usage start = awaitQuiet(null);
		row("nothing", null);
		this.attacks.forEach((name, attack) -> row(name, attack.get()));
		row("nothing, afterwards", null);
		Usage end = awaitQuiet(start);
		this.report.note("Before: %s. After: %s.".formatted(start, end));
		this.report.check(end.isBack(start),
				"%s at the start, %s at the end, of which may be: %s".formatted(start, end, Usage.allowed()));
		String log = this.stage.gateway().log();
		this.report.check(!log.contains("LEAK:"), "Netty's leak detector says nothing");
		this.report.check(!log.contains("OutOfMemoryError"), "memory suffices");
		this.report.check(this.stage.service().wrong() == 0,
				"%d requests with a wrong token".formatted(this.stage.service().wrong()));
		return this.report;
	}

	private void row(String name, @Nullable Attack attack) {
		long before = this.stage.tokens().requests();
		long honestBefore = honestTokenRequests();
		Meanwhile seen = meanwhile(attack, this.time);
		long forThem = this.stage.tokens().requests() - before - (honestTokenRequests() - honestBefore);
		this.report.row(name,
				(attack == null) ? "–" : Long.toString(seen.hostile().count() / Math.max(1, this.time.toSeconds())),
				(attack == null) ? "–" : shares(seen.hostile()), Long.toString(forThem),
				Report.time(seen.honest().percentile(99)), Report.time(seen.honest().slowest()),
				"%d of %d".formatted(seen.honest().failures(), seen.honest().count()),
				"%d of %d".formatted(seen.newcomers().failures(), seen.newcomers().count()));
		System.err.printf("%s: honest %s, newcomers %s, hostile %s%n", name, seen.honest().outcomes(),
				seen.newcomers().outcomes(), seen.hostile().outcomes());
		this.report.check(attack == null || seen.hostile().count() > 0, name + ": no attack came through");
		this.report.check(seen.honest().failures() == 0,
				"%s: honest callers get %s".formatted(name, seen.honest().outcomes()));
	}

	private long honestTokenRequests() {
		return this.stage.tokens().requests("honest") + this.stage.tokens().requests("newcomer")
				+ this.stage.tokens().requests(CheckingService.GATEWAY);
	}

	private static String shares(Tally tally) {
		Map<String, String> shares = new TreeMap<>();
		tally.outcomes()
			.forEach((outcome, count) -> shares.put(outcome,
					"%s %.1f %%".formatted(outcome, 100.0 * count / tally.count())));
		return String.join(", ", shares.values());
	}

	private Meanwhile meanwhile(@Nullable Attack attack, Duration time) {
		SteadyLoad.Running honest = new SteadyLoad(this.stage.callers(), this.perSecond, this::honest).start();
		SteadyLoad.Running newcomers = new SteadyLoad(this.stage.callers(), 2, this::newcomer).start();
		if (attack == null) {
			honest.await(time);
			return new Meanwhile(honest.stop(), newcomers.stop(), new Tally());
		}
		try (Callers attackers = new Callers(this.stage.gateway().port())) {
			Flood flood = Flood.start(attackers, attack);
			honest.await(time);
			Tally answered = honest.stop();
			return new Meanwhile(answered, newcomers.stop(), flood.stop());
		}
	}

	/** Every other one with the gateway's token. */
	private SteadyLoad.Call honest(long number) {
		int client = (int) (number / 2 % KNOWN);
		return SteadyLoad.Call.of(client, Client.of("honest", client),
				(number % 2 == 0) ? "/gateway/1" : "/application/1");
	}

	private SteadyLoad.Call newcomer(long ignored) {
		return SteadyLoad.Call.of(KNOWN, Client.of("newcomer", this.newcomers++), "/application/1");
	}

	/** Nothing is under way, tokens have expired, and connections are closed again. */
	private Usage awaitQuiet(@Nullable Usage start) {
		long settled = System.nanoTime() + this.settling.toNanos();
		long deadline = settled + this.settling.multipliedBy(PATIENCE - 1).toNanos();
		Usage usage = Usage.of(this.stage.gateway());
		while (System.nanoTime() < deadline
				&& (System.nanoTime() < settled || usage.waiting() > 0 || (start != null && !usage.isBack(start)))) {
			LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
			usage = Usage.of(this.stage.gateway());
		}
		return usage;
	}

	private record Meanwhile(Tally honest, Tally newcomers, Tally hostile) {

	}

}
