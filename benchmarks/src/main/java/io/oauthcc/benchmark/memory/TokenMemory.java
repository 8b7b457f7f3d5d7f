package io.oauthcc.benchmark.memory;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.oauthcc.gateway.token.AccessTokenClient;

/**
 * What tokens in memory take: the heap with them, less the heap without.
 *
 * @param entries how many tokens
 * @param heap what they have added to the heap
 */
record TokenMemory(int entries, HeapHistogram heap) {

	private static final int FIRST = 1000;

	/**
	 * Measure it.
	 * @param entries how many tokens
	 * @param length the characters of each
	 * @param options further options of the filter
	 * @param client changes how the token endpoint is asked
	 */
	static TokenMemory measure(int entries, int length, Map<String, String> options,
			UnaryOperator<AccessTokenClient> client) {
		try (JwtEndpoint endpoint = new JwtEndpoint(length);
				FilledGateway first = new FilledGateway(endpoint.url(), options, entries, client);
				FilledGateway gateway = new FilledGateway(endpoint.url(), options, entries, client)) {
			// What is made once for all tokens is there before: classes, pools, threads.
			first.callOfEach(FIRST);
			first.close();
			HeapHistogram empty = HeapHistogram.take();
			gateway.callOfEach(entries);
			HeapHistogram filled = HeapHistogram.take();
			if (gateway.tokens() != entries) {
				throw new IllegalStateException("%d tokens (expected: %d)".formatted(gateway.tokens(), entries));
			}
			return new TokenMemory(entries, filled.since(empty));
		}
	}

	double bytesPerEntry() {
		return (double) this.heap.total() / this.entries;
	}

	/** The classes that take most, with the bytes of each for one token. */
	String largest(int classes) {
		return this.heap.bytes()
			.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
			.limit(classes)
			.map((entry) -> "| `%s` | %.0f |".formatted(simpleName(entry.getKey()),
					(double) entry.getValue() / this.entries))
			.collect(Collectors.joining("\n"));
	}

	private static String simpleName(String name) {
		return switch (name) {
			case "[B" -> "byte[]";
			case "[J" -> "long[]";
			default -> name.startsWith("[L") ? simpleName(name.substring(2, name.length() - 1)) + "[]"
					: name.substring(name.lastIndexOf('.') + 1);
		};
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%,d entries of %.0f bytes", this.entries, bytesPerEntry());
	}

}
