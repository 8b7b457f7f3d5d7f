package io.oauthcc.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A process whose output goes to a file, and which ends with the test.
 */
final class LoggedProcess implements AutoCloseable {

	private final Process process;

	private final Path log;

	private LoggedProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	static LoggedProcess start(Path log, List<String> command) throws IOException {
		return start(log, Map.of(), command);
	}

	static LoggedProcess start(Path log, Map<String, String> environment, List<String> command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
		builder.environment().putAll(environment);
		return new LoggedProcess(builder.start(), log);
	}

	/**
	 * Wait for output.
	 * @param output what to wait for
	 * @param limit for how long
	 * @return the match
	 * @throws IllegalStateException if the process ends before, or the time does
	 */
	Matcher await(Pattern output, Duration limit) {
		String log = Awaitility.await()
			.atMost(limit)
			.until(() -> Files.readString(this.log),
					(printed) -> output.matcher(printed).find() || !this.process.isAlive());
		Matcher matcher = output.matcher(log);
		if (!matcher.find()) {
			throw new IllegalStateException("The process ended before it printed '%s':%n%s".formatted(output, log));
		}
		return matcher;
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		// A script may have started the process that matters.
		List<ProcessHandle> processes = Stream.concat(this.process.descendants(), Stream.of(this.process.toHandle()))
			.toList();
		processes.forEach(ProcessHandle::destroy);
		CompletableFuture.allOf(processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
			.completeOnTimeout(null, 20, TimeUnit.SECONDS)
			.join();
		processes.forEach(ProcessHandle::destroyForcibly);
	}

}
