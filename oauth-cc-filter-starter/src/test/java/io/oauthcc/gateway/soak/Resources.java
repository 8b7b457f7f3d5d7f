package io.oauthcc.gateway.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

import io.oauthcc.gateway.fixture.GatewayProcess;
import reactor.netty.http.client.HttpClient;

/**
 * What a gateway holds at a moment, after a full collection of its heap.
 *
 * @param values amounts by name
 */
record Resources(Map<String, Long> values) {

	private static final String LISTENS = "0A";

	static Resources of(GatewayProcess gateway, Map<Integer, String> peers) {
		try {
			collect(gateway.pid());
			collect(gateway.pid());
			Map<String, Long> values = new TreeMap<>();
			// It holds the probe's own connection and request each time.
			probe(gateway).lines()
				.map((line) -> line.split("=", 2))
				.forEach((pair) -> values.put(pair[0], Long.parseLong(pair[1])));
			Path process = Path.of("/proc", Long.toString(gateway.pid()));
			List<String> links = links(process.resolve("fd"));
			values.put("descriptors", (long) links.size());
			Map<String, String> sockets = sockets(process);
			links.forEach((link) -> values.merge("descriptors." + kindOf(link, sockets), 1L, Long::sum));
			peers.values().forEach((peer) -> values.put("connections." + peer, 0L));
			values.put("connections.callers", 0L);
			values.put("connections.other", 0L);
			connections(process, new HashSet<>(links),
					(local, remote) -> (local == gateway.port()) ? "callers" : peers.getOrDefault(remote, "other"))
				.forEach((peer) -> values.merge("connections." + peer, 1L, Long::sum));
			return new Resources(values);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void collect(long pid) {
		run("GC.run", pid);
	}

	/** What the objects on the heap are, most memory first. */
	static String histogram(GatewayProcess gateway) {
		return run("GC.class_histogram", gateway.pid());
	}

	private static String run(String command, long pid) {
		try {
			Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
					Long.toString(pid), command)
				.redirectErrorStream(true)
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.onExit().join().exitValue() != 0) {
				throw new IllegalStateException(output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String probe(GatewayProcess gateway) {
		return HttpClient.newConnection()
			.get()
			.uri(gateway.url() + SoakProbe.PATH)
			.responseContent()
			.aggregate()
			.asString()
			.blockOptional(Duration.ofMinutes(2))
			.orElseThrow();
	}

	private static List<String> links(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.map(Resources::target).filter((target) -> !target.isEmpty()).toList();
		}
	}

	/** Such as {@code udp6}, {@code pipe}, {@code eventpoll}, {@code timerfd}. */
	private static String kindOf(String link, Map<String, String> sockets) {
		if (link.startsWith("/")) {
			return "file";
		}
		return sockets.getOrDefault(link, link.replaceAll("anon_inode:|[\\[\\]]|:.*", ""));
	}

	/** The tables that sockets stand in; those that are not connected stand in none. */
	private static Map<String, String> sockets(Path process) throws IOException {
		Map<String, String> sockets = new HashMap<>();
		for (String table : List.of("tcp", "tcp6", "udp", "udp6", "unix")) {
			for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
				for (String field : line.trim().split("\\s+", -1)) {
					sockets.put("socket:[" + field + "]", table);
				}
			}
		}
		return sockets;
	}

	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			// Closed meanwhile.
			return "";
		}
	}

	private static Stream<String> connections(Path process, Set<String> links, PeerOf peerOf) throws IOException {
		return Stream
			.concat(Files.readAllLines(process.resolve("net/tcp")).stream(),
					Files.readAllLines(process.resolve("net/tcp6")).stream())
			.map((line) -> line.trim().split("\\s+", -1))
			.filter((fields) -> fields.length > 9 && links.contains("socket:[" + fields[9] + "]")
					&& !fields[3].equals(LISTENS))
			.map((fields) -> peerOf.peer(port(fields[1]), port(fields[2])));
	}

	private static int port(String address) {
		return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
	}

	long get(String name) {
		return this.values.getOrDefault(name, 0L);
	}

	/** What is more than before, beyond what each may be. */
	List<String> beyond(Resources before, Function<String, Long> mayGrow) {
		return this.values.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() - before.get(entry.getKey()) > mayGrow.apply(entry.getKey()))
			.map((entry) -> "%s: %d, after %d at the start, and %d more at most".formatted(entry.getKey(),
					entry.getValue(), before.get(entry.getKey()), mayGrow.apply(entry.getKey())))
			.toList();
	}

	private interface PeerOf {

		String peer(int local, int remote);

	}

}
