package io.oauthcc.sample;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.sample.demo.Demo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Goes through each page of the documentation as its reader does: the blocks of
 * {@code sh} one after the other, in a shell, beside the demo. What they print is what
 * the block of {@code console} behind shows, where an ellipsis stands for anything. Needs
 * {@code sh} and {@code curl}.
 */
@ExtendWith(DemoExtension.class)
@Timeout(300)
class DocumentationTourIntegrationTests {

	private static final Path ROOT = Path.of("..");

	private static final Duration LIMIT = Duration.ofMinutes(2);

	private static final Pattern BLOCK = Pattern
		.compile("(?ms)(?:^<!-- file: (?<file>\\S+) -->\\n+)?^```(?<tag>\\w+)\\n(?<text>.*?)^```$");

	/** The addresses of the demo, and of the gateway that a page starts beside it. */
	private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)");

	/** The build itself, and what needs a cluster or a container engine. */
	private static final Pattern NOT_HERE = Pattern.compile("(?:\\./mvnw|kubectl|docker) .*");

	private static final Pattern FILE = Pattern.compile("-(?:f|k|pl) (\\S+)");

	private static final Pattern PROFILE = Pattern.compile("-P(\\w+)");

	private static final String JAR = "sample-gateway/target/sample-gateway-*.jar";

	private static final Pattern PORT = Pattern.compile("--server\\.port=(\\d+)");

	private final Map<String, String> addresses = new TreeMap<>();

	private final Path directory;

	DocumentationTourIntegrationTests(Demo demo, @TempDir Path directory) {
		this.directory = directory;
		this.addresses.put("8080", demo.gateway().url());
		this.addresses.put("9000", demo.idp().url());
		this.addresses.put("9100", demo.upstream().url());
	}

	@BeforeAll
	static void findShell() {
		String[] path = System.getenv("PATH").split(File.pathSeparator);
		assumeTrue(Stream.of("sh", "curl")
			.allMatch((name) -> Arrays.stream(path).anyMatch((entry) -> Files.isExecutable(Path.of(entry, name)))));
	}

	static List<Path> pages() throws IOException {
		try (Stream<Path> pages = Stream.of(ROOT, ROOT.resolve("docs"))
			.flatMap(DocumentationTourIntegrationTests::list)) {
			return pages.filter((file) -> file.toString().endsWith(".md") && read(file).contains("\n```sh\n")).toList();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void pageWhenFollowedThenAsItShows(Path page) throws Exception {
		follow(read(page));
	}

	@Test
	void pageWhenAnotherAnswerComesThenFails() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> follow("""
				```sh
				curl -i http://localhost:8080/plain/x
				```

				```console
				HTTP/1.1 4…
				```
				"""));
	}

	@Test
	void pageWhenItDoesNotShowTheAnswerThenFails() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> follow("""
				```sh
				curl -i http://localhost:8080/plain/x
				```
				"""));
	}

	private void follow(String page) throws Exception {
		Deque<LoggedProcess> servers = new ArrayDeque<>();
		try {
			String printed = "";
			Matcher block = BLOCK.matcher(page);
			while (block.find()) {
				String text = block.group("text");
				if (block.group("file") != null) {
					Files.writeString(this.directory.resolve(block.group("file")), here(text));
				}
				if (block.group("tag").equals("console")) {
					assertThat(printed).containsPattern(shown(text));
					printed = "";
				}
				assertThat(printed).as("is shown").isEmpty();
				if (block.group("tag").equals("sh")) {
					printed = follow(text, servers);
				}
			}
			assertThat(printed).as("is shown").isEmpty();
		}
		finally {
			servers.forEach(LoggedProcess::close);
		}
	}

	private String follow(String commands, Deque<LoggedProcess> servers) throws Exception {
		if (NOT_HERE.matcher(commands.lines().findFirst().orElseThrow()).matches()) {
			commands.lines().forEach(DocumentationTourIntegrationTests::check);
			return "";
		}
		if (commands.startsWith("java -jar ")) {
			servers.add(start(commands));
			return "";
		}
		return run(commands);
	}

	private static void check(String command) {
		assertThat(command).matches(NOT_HERE);
		assertThat(FILE.matcher(command).results())
			.allSatisfy((file) -> assertThat(ROOT.resolve(file.group(1))).exists());
		assertThat(PROFILE.matcher(command).results()).allSatisfy((profile) -> assertThat(read(ROOT.resolve("pom.xml")))
			.contains("<id>%s</id>".formatted(profile.group(1))));
	}

	private LoggedProcess start(String command) throws IOException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		assertThat(command).contains(JAR).containsPattern(PORT);
		String started = PORT.matcher(command)
			.replaceFirst("--server.port=0")
			.replace("java -jar " + JAR, "exec '%s' -jar '%s'".formatted(java, System.getProperty("sample.jar")));
		LoggedProcess process = LoggedProcess.start(Files.createTempFile(this.directory, "server", ".log"),
				Map.of("SERVER_ADDRESS", "localhost"),
				List.of("sh", "-ec", "cd '%s'%n%s".formatted(this.directory, here(started))));
		Matcher port = PORT.matcher(command);
		assertThat(port.find()).isTrue();
		this.addresses.put(port.group(1), "http://localhost:" + process.await(JarGateway.STARTED, LIMIT).group("port"));
		return process;
	}

	private String run(String commands) throws Exception {
		Path output = Files.createTempFile(this.directory, "printed", ".txt");
		Process process = new ProcessBuilder("sh", "-ec", here(commands)).directory(this.directory.toFile())
			.redirectOutput(output.toFile())
			// What curl says of its progress.
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(commands).isTrue();
		assertThat(process.exitValue()).as(commands).isZero();
		assertThat(output).isNotEmptyFile();
		return read(output);
	}

	/** With the addresses that the servers have in this test. */
	private String here(String text) {
		return ADDRESS.matcher(text).replaceAll((address) -> {
			assertThat(this.addresses).containsKey(address.group(1));
			return this.addresses.get(address.group(1));
		});
	}

	private static Pattern shown(String text) {
		String pattern = Arrays.stream(text.strip().split("\\s*…\\s*", -1))
			.map((part) -> Arrays.stream(part.split("\\s+")).map(Pattern::quote).collect(Collectors.joining("\\s*")))
			.collect(Collectors.joining(".*?"));
		return Pattern.compile("(?s)^" + pattern);
	}

	private static Stream<Path> list(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
