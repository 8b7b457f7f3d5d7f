package io.oauthcc.benchmark.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a gateway holds, as Linux, the JVM and its own meters tell it.
 *
 * @param connections sockets
 * @param files file descriptors, those included
 * @param threads threads
 * @param waiting tokens that are being obtained
 * @param heap what is left in the heap after a full collection, in bytes
 */
record Usage(long connections, long files, long threads, long waiting, long heap) {

	private static final int READ_TIMEOUT_MILLIS = 30_000;

	private static final Pattern TOTAL = Pattern.compile("(?m)^Total +[0-9]+ +([0-9]+)");

	private static final Pattern IN_FLIGHT = Pattern.compile("(?m)^oauthcc_token_inflight\\{.*} ([0-9.]+)$");

	/** What may be more at the end, since others use the JVM as well. */
	private static final Usage SLACK = new Usage(10, 10, 5, 0, 12 * 1024 * 1024);

	static Usage of(GatewayProcess gateway) {
		Path process = Path.of("/proc", Long.toString(gateway.pid()));
		long waiting = waiting(gateway.port());
		long heap = heap(gateway.pid());
		List<String> files = list(process.resolve("fd")).stream().map(Usage::target).toList();
		return new Usage(files.stream().filter((file) -> file.startsWith("socket:")).count(), files.size(),
				list(process.resolve("task")).size(), waiting, heap);
	}

	private static List<Path> list(Path directory) {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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

	/** A histogram of live objects comes after a full collection. */
	private static long heap(long pid) {
		try {
			Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
					Long.toString(pid), "GC.class_histogram")
				.start();
			String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
			Matcher total = TOTAL.matcher(histogram);
			if (!total.find()) {
				throw new IllegalStateException("No total in the histogram of " + pid);
			}
			return Long.parseLong(total.group(1));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** None where there is no such endpoint. */
	private static long waiting(int port) {
		try {
			HttpURLConnection connection = (HttpURLConnection) new URI(
					"http://127.0.0.1:" + port + "/actuator/prometheus")
				.toURL()
				.openConnection();
			// Reactor Netty 1.3.7 may leave a request unread that comes by a kept one.
			connection.setRequestProperty("Connection", "close");
			connection.setReadTimeout(READ_TIMEOUT_MILLIS);
			if (connection.getResponseCode() == HttpURLConnection.HTTP_NOT_FOUND) {
				return 0;
			}
			try (InputStream in = connection.getInputStream()) {
				return IN_FLIGHT.matcher(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
					.results()
					.mapToLong((gauge) -> (long) Double.parseDouble(gauge.group(1)))
					.sum();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	boolean isBack(Usage start) {
		return this.connections <= start.connections + SLACK.connections && this.files <= start.files + SLACK.files
				&& this.threads <= start.threads + SLACK.threads && this.waiting <= start.waiting + SLACK.waiting
				&& this.heap <= start.heap + SLACK.heap;
	}

	static String allowed() {
		return "%d connections, %d files, %d threads, %d tokens being obtained, %d MB of heap more"
			.formatted(SLACK.connections, SLACK.files, SLACK.threads, SLACK.waiting, SLACK.heap / 1024 / 1024);
	}

	@Override
	public String toString() {
		return "%d connections, %d files, %d threads, %d tokens being obtained, %.1f MB of heap"
			.formatted(this.connections, this.files, this.threads, this.waiting, this.heap / 1024.0 / 1024.0);
	}

}
