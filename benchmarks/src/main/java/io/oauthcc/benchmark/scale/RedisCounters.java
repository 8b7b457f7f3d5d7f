package io.oauthcc.benchmark.scale;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;

/**
 * What a Redis has counted since its start.
 *
 * @param calls how often each command was called, by scripts too
 * @param cpuSeconds the time its process has run
 */
record RedisCounters(Map<String, Long> calls, double cpuSeconds) {

	private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+):calls=(\\d+)");

	private static final Pattern CPU = Pattern.compile("(?m)^used_cpu_(?:user|sys):([0-9.]+)");

	private static final int SAMPLE = 1000;

	static RedisCounters read(RedisClient client) {
		try (var connection = client.connect()) {
			String text = connection.sync().info("all");
			return new RedisCounters(
					CALLS.matcher(text)
						.results()
						.collect(Collectors.toMap((call) -> call.group(1), (call) -> Long.valueOf(call.group(2)))),
					CPU.matcher(text).results().mapToDouble((cpu) -> Double.parseDouble(cpu.group(1))).sum());
		}
	}

	/** The bytes that a token takes with its key, on average. */
	static double bytesOfToken(RedisClient client, String keyPrefix) {
		try (var connection = client.connect()) {
			return connection.sync()
				.scan(ScanArgs.Builder.limit(SAMPLE).match(keyPrefix + "*:token"))
				.getKeys()
				.stream()
				.mapToLong((key) -> Objects.requireNonNullElse(connection.sync().memoryUsage(key), 0L))
				.average()
				.orElse(0);
		}
	}

	/** Commands that gateways have sent: each script calls two more. */
	long commands() {
		long own = of("get") + of("set") + of("publish") + of("eval") + of("del") + of("pexpire");
		return own - of("eval") - of("del") - of("pexpire");
	}

	private long of(String command) {
		return this.calls.getOrDefault(command, 0L);
	}

}
