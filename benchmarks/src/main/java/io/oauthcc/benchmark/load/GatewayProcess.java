package io.oauthcc.benchmark.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway in a process of its own, which ends with this one.
 */
final class GatewayProcess implements AutoCloseable {

	private static final Pattern READY = Pattern.compile("Netty started on port ([0-9]+)");

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

	private final Path log;

	private final Process process;

	private final Thread end;

	private final int port;

	private GatewayProcess(Path log, Process process) {
		this.log = log;
		this.process = process;
		this.end = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.end);
		this.port = awaitPort();
	}

	/**
	 * Start a gateway, on any port.
	 * @param command starts it, and may have arguments that a blank separates
	 * @param tokens its token endpoint, {@code load.idp}
	 * @param service what is behind it, {@code load.service}
	 */
	static GatewayProcess start(String command, LocalServer tokens, LocalServer service) {
		List<String> arguments = new ArrayList<>(List.of(command.trim().split(" +")));
		arguments.addAll(List.of("--server.port=0", "--load.idp=" + tokens.url(), "--load.service=" + service.url()));
		try {
			Path log = Files.createTempFile("gateway", ".log");
			return new GatewayProcess(log,
					new ProcessBuilder(arguments).redirectErrorStream(true)
						.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
						.redirectOutput(log.toFile())
						.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int awaitPort() {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (this.process.isAlive() && System.nanoTime() < deadline) {
			Matcher ready = READY.matcher(log());
			if (ready.find()) {
				return Integer.parseInt(ready.group(1));
			}
			LockSupport.parkNanos(LOOK_AGAIN.toNanos());
		}
		String log = log();
		close();
		throw new IllegalStateException("The gateway does not start:\n" + log);
	}

	int port() {
		return this.port;
	}

	long pid() {
		return this.process.pid();
	}

	String log() {
		try {
			return Files.readString(this.log, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
		Runtime.getRuntime().removeShutdownHook(this.end);
		try {
			Files.deleteIfExists(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
