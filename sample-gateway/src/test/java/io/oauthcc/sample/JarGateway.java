package io.oauthcc.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The sample's executable jar, run as a process.
 */
final class JarGateway implements AutoCloseable {

	static final Pattern STARTED = Pattern
		.compile("(?s)Netty started on port (?<port>\\d+).*Started SampleGatewayApplication");

	private final LoggedProcess process;

	private final String url;

	private JarGateway(LoggedProcess process, String url) {
		this.process = process;
		this.url = url;
	}

	/**
	 * Start a gateway.
	 * @param directory where its log goes
	 * @param environment further environment variables
	 * @param arguments further arguments of its command line
	 */
	static JarGateway start(Path directory, Map<String, String> environment, List<String> arguments)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
						System.getProperty("sample.jar"), "--server.port=0", "--server.address=localhost"));
		command.addAll(arguments);
		LoggedProcess process = LoggedProcess.start(directory.resolve("log"), environment, command);
		try {
			return new JarGateway(process,
					"http://localhost:" + process.await(STARTED, Duration.ofMinutes(3)).group("port"));
		}
		catch (RuntimeException ex) {
			process.close();
			throw ex;
		}
	}

	/** Its base URL. */
	String url() {
		return this.url;
	}

	String log() {
		return this.process.log();
	}

	@Override
	public void close() {
		this.process.close();
	}

}
