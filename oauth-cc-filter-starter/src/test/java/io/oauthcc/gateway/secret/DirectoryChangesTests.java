package io.oauthcc.gateway.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThatNoException;

class DirectoryChangesTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final DirectoryChanges changes = new DirectoryChanges();

	@TempDir
	private Path directory;

	@AfterEach
	void stop() {
		this.changes.dispose();
	}

	@Test
	void changesWhenFileComesChangesOrGoesThenTold() {
		Path file = this.directory.resolve("key");
		this.changes.watch(this.directory);
		this.changes.watch(this.directory);
		StepVerifier.create(this.changes.changes())
			.then(() -> write(file, "one"))
			.expectNextCount(1)
			.thenCancel()
			.verify(LIMIT);
		StepVerifier.create(this.changes.changes())
			.then(() -> delete(file))
			.expectNextCount(1)
			.thenCancel()
			.verify(LIMIT);
	}

	@Test
	void watchWhenNoDirectoryOrDisposedThenNothing() {
		assertThatNoException().isThrownBy(() -> this.changes.watch(this.directory.resolve("absent")));
		this.changes.dispose();
		assertThatNoException().isThrownBy(() -> this.changes.watch(this.directory));
	}

	private static void write(Path file, String text) {
		try {
			Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void delete(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
