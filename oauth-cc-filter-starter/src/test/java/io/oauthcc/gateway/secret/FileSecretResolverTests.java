package io.oauthcc.gateway.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FileSecretResolverTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@TempDir
	private Path directory;

	private Path root = Path.of("");

	private Path outside = Path.of("");

	@BeforeEach
	void create() throws IOException {
		this.root = Files.createDirectory(this.directory.resolve("secrets"));
		this.outside = Files.createDirectory(this.directory.resolve("outside"));
		Files.writeString(this.outside.resolve("hush"), "hush");
	}

	@Test
	void valueWhenFileThenItsTextWithoutLineEnd() throws IOException {
		Files.writeString(this.root.resolve("client_secret"), "hush\r\n\n");
		Files.writeString(this.root.resolve("pem"), "-----BEGIN\nhush\n-----END\n");
		assertThat(value("client_secret")).isEqualTo(new SecretValue.Present("hush"));
		assertThat(value("pem")).isEqualTo(new SecretValue.Present("-----BEGIN\nhush\n-----END"));
		assertThat(value("other")).asString().contains("there is no such file");
		assertThat(value("client_secret")).asString().doesNotContain("hush");
	}

	@Test
	void valuesWhenVolumeIsExchangedThenAllOfOneVersion() throws IOException {
		exchange("..one", "a");
		Files.createSymbolicLink(this.root.resolve("id"), Path.of("..data", "id"));
		Files.createSymbolicLink(this.root.resolve("secret"), Path.of("..data", "secret"));
		StepVerifier.create(resolver().snapshots(this.root.toString()))
			.assertNext((snapshot) -> assertThat(List.of(snapshot.value("id"), snapshot.value("secret")))
				.containsExactly(new SecretValue.Present("id-a"), new SecretValue.Present("secret-a")))
			.then(() -> exchange("..two", "b"))
			.assertNext((snapshot) -> assertThat(List.of(snapshot.value("id"), snapshot.value("secret")))
				.containsExactly(new SecretValue.Present("id-b"), new SecretValue.Present("secret-b")))
			.thenCancel()
			.verify(LIMIT);
	}

	@Test
	void valuesWhenVolumeIsExchangedAndTheOldVersionGoesThenNeverMissingNorMixed() throws IOException {
		exchange("..v0", "0");
		Files.createSymbolicLink(this.root.resolve("id"), Path.of("..data", "id"));
		Files.createSymbolicLink(this.root.resolve("secret"), Path.of("..data", "secret"));
		AtomicBoolean done = new AtomicBoolean();
		CompletableFuture<Void> exchanges = CompletableFuture.runAsync(() -> {
			for (int version = 1; version <= 500; version++) {
				exchange("..v" + version, Integer.toString(version));
				delete(this.root.resolve("..v" + (version - 1)));
			}
			done.set(true);
		});
		FileSecretResolver resolver = resolver();
		while (!done.get() && !exchanges.isDone()) {
			SecretSnapshot snapshot = Objects
				.requireNonNull(resolver.snapshots(this.root.toString()).blockFirst(LIMIT));
			assertThat(snapshot.value("id")).isInstanceOfSatisfying(SecretValue.Present.class,
					(id) -> assertThat(snapshot.value("secret"))
						.isEqualTo(new SecretValue.Present(id.text().replace("id-", "secret-"))));
		}
		exchanges.join();
		resolver.destroy();
	}

	private static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** As the kubelet does. */
	private void exchange(String version, String value) {
		try {
			Path versioned = Files.createDirectory(this.root.resolve(version));
			Files.writeString(versioned.resolve("id"), "id-" + value);
			Files.writeString(versioned.resolve("secret"), "secret-" + value);
			Path link = Files.createSymbolicLink(this.root.resolve("..tmp"), Path.of(version));
			Files.move(link, this.root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void directoryWhenItComesThenItsValues() throws IOException {
		Path later = this.root.resolve("later");
		StepVerifier.create(resolver().snapshots(later.toString()))
			.assertNext((snapshot) -> assertThat(snapshot.value("key")).asString().contains("there is no directory"))
			.then(() -> write(later))
			.thenConsumeWhile((snapshot) -> snapshot.value("key") instanceof SecretValue.Missing)
			.assertNext((snapshot) -> assertThat(snapshot.value("key")).isEqualTo(new SecretValue.Present("hush")))
			.thenCancel()
			.verify(LIMIT);
	}

	private static void write(Path directory) {
		try {
			Files.writeString(Files.createDirectory(directory).resolve("key"), "hush");
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void valueWhenOutsideOfRootsThenRefused() throws IOException {
		assertThat(valueOf(this.outside.resolve("hush").toString())).asString().contains("is not below");
		assertThat(valueOf(this.root + "/../outside/hush")).asString().contains("is not below");
		assertThat(valueOf("/etc/passwd")).asString().contains("is not below");
		Files.createSymbolicLink(this.root.resolve("file"), this.outside.resolve("hush"));
		Files.createSymbolicLink(this.root.resolve("directory"), this.outside);
		assertThat(value("file")).asString().contains("leads out of");
		assertThat(valueOf(this.root.resolve("directory").resolve("hush").toString())).asString()
			.contains("is not below");
		Files.createDirectory(this.root.resolve("version"));
		Files.createSymbolicLink(this.root.resolve("version").resolve("..data"), this.outside);
		assertThat(valueOf(this.root.resolve("version").resolve("hush").toString()))
			.isInstanceOf(SecretValue.Missing.class);
	}

	@Test
	void valueWhenNoRootsThenRefused() throws IOException {
		Files.writeString(this.root.resolve("key"), "hush");
		SecretSnapshot snapshot = Objects
			.requireNonNull(new FileSecretResolver(List.of()).snapshots(this.root.toString()).blockFirst(LIMIT));
		assertThat(snapshot.value("key")).asString().contains("is not below oauth-cc.secrets.file-roots");
	}

	@Test
	void valueWhenNoRegularFileThenRefusedAndNothingHangs() throws Exception {
		Files.createDirectory(this.root.resolve("directory"));
		assertThat(new ProcessBuilder("mkfifo", this.root.resolve("fifo").toString()).start().waitFor()).isZero();
		Files.write(this.root.resolve("large"), new byte[10 * 1024 * 1024]);
		assertThat(value("directory")).asString().contains("no regular file");
		assertThat(value("fifo")).asString().contains("no regular file");
		assertThat(value("large")).asString().contains("larger than 1 MiB");
	}

	@Test
	void valueWhenManyFilesThenRefused() throws IOException {
		Path crowded = Files.createDirectory(this.root.resolve("crowded"));
		for (int number = 0; number <= 100; number++) {
			Files.writeString(crowded.resolve("key" + number), "hush");
		}
		assertThat(valueOf(crowded.resolve("key1").toString())).asString().contains("more than 100 files or 4 MiB");
		Files.delete(crowded.resolve("key100"));
		assertThat(valueOf(crowded.resolve("key1").toString())).isEqualTo(new SecretValue.Present("hush"));
		Path heavy = Files.createDirectory(this.root.resolve("heavy"));
		for (int number = 0; number <= 4; number++) {
			Files.write(heavy.resolve("key" + number), new byte[1024 * 1024]);
		}
		assertThat(valueOf(heavy.resolve("key1").toString())).asString().contains("more than 100 files or 4 MiB");
	}

	@ParameterizedTest
	@ValueSource(strings = { "urn:file:", "urn:file:relative", "urn:file:/", "urn:file:a/../b", "urn:file:\0" })
	void referenceWhenMalformedThenRefused(String text) {
		assertThatExceptionOfType(InvalidSecretReferenceException.class).isThrownBy(() -> resolver().parse(text))
			.withMessage("is not urn:file:<path>");
	}

	private SecretValue value(String key) {
		return valueOf(this.root.resolve(key).toString());
	}

	private SecretValue valueOf(String path) {
		SecretReference reference = resolver().parse("urn:file:" + path);
		SecretSnapshot snapshot = Objects.requireNonNull(resolver().snapshots(reference.secret()).blockFirst(LIMIT));
		return snapshot.value(reference.key());
	}

	private FileSecretResolver resolver() {
		return new FileSecretResolver(List.of(this.root));
	}

}
