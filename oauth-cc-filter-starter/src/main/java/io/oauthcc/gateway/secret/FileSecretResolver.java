package io.oauthcc.gateway.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;

/**
 * Reads secrets out of files, such as those of a mounted volume: a directory is a secret,
 * each file in it one of its values. Reads nothing outside of the roots that it is given,
 * wherever links lead.
 */
public final class FileSecretResolver implements SecretResolver, DisposableBean {

	/** How references to files begin. */
	public static final String PREFIX = "urn:file:";

	/** As much as Kubernetes lets a secret hold. */
	private static final int LARGEST_FILE = 1024 * 1024;

	private static final int MOST_FILES = 100;

	private static final int LARGEST_DIRECTORY = 4 * LARGEST_FILE;

	private static final Duration POLL = Duration.ofSeconds(2);

	/** Several changes at about the same time are one. */
	private static final Duration SETTLE = Duration.ofMillis(100);

	private static final int MANY_CHANGES = 1000;

	/** The link that Kubernetes moves when it exchanges all files of a volume at once. */
	private static final String DATA = "..data";

	private static final SecretValue.Missing NO_FILE = new SecretValue.Missing("there is no such file",
			"Mount or create it.");

	/** One during which so many others come is taken as it is. */
	private static final int MOST_EXCHANGES = 100;

	private final List<Path> roots;

	private final DirectoryChanges changes = new DirectoryChanges();

	/**
	 * Create a resolver.
	 * @param roots the directories below which it reads; none for nothing at all
	 */
	public FileSecretResolver(List<Path> roots) {
		this.roots = List.copyOf(roots);
	}

	@Override
	public String prefix() {
		return PREFIX;
	}

	@Override
	public SecretReference parse(String text) {
		Path path = path(text.substring(PREFIX.length()));
		Path directory = path.getParent();
		Path file = path.getFileName();
		if (!path.isAbsolute() || directory == null || file == null) {
			throw malformed();
		}
		return new SecretReference(text, directory.toString(), file.toString());
	}

	private static Path path(String text) {
		try {
			return Path.of(text).normalize();
		}
		catch (RuntimeException ex) {
			throw malformed();
		}
	}

	private static InvalidSecretReferenceException malformed() {
		return new InvalidSecretReferenceException("is not %s<path>".formatted(PREFIX),
				"Use the absolute path of a file.");
	}

	@Override
	public Flux<SecretSnapshot> snapshots(String secret) {
		Path directory = Path.of(secret);
		return Flux
			.merge(Flux.interval(Duration.ZERO, POLL).onBackpressureDrop(),
					this.changes.changes().bufferTimeout(MANY_CHANGES, SETTLE))
			.onBackpressureLatest()
			.concatMap((tick) -> Mono.fromCallable(() -> read(directory)).subscribeOn(Schedulers.boundedElastic()), 1)
			.distinctUntilChanged();
	}

	private SecretSnapshot read(Path directory) {
		try {
			Path real = directory.toRealPath();
			if (!isBelowRoot(real)) {
				return SecretSnapshot.missing("%s is not below oauth-cc.secrets.file-roots".formatted(directory),
						"Add its directory to 'oauth-cc.secrets.file-roots', or move the file.");
			}
			this.changes.watch(real);
			return readAtOnce(real);
		}
		catch (NoSuchFileException ex) {
			return SecretSnapshot.missing("there is no directory %s".formatted(directory), "Mount or create it.");
		}
		catch (IOException | UncheckedIOException | SecurityException ex) {
			return SecretSnapshot.missing("%s cannot be read: %s".formatted(directory, ex.getClass().getSimpleName()),
					"Let the gateway's user read it.");
		}
	}

	private boolean isBelowRoot(Path real) throws IOException {
		for (Path root : this.roots) {
			if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * All of one version, also while they are being exchanged: whether the link is there
	 * must not depend on where it leads, which may just be going.
	 */
	private SecretSnapshot readAtOnce(Path directory) throws IOException {
		Path data = directory.resolve(DATA);
		if (!Files.isSymbolicLink(data)) {
			return readFiles(directory);
		}
		for (int attempt = 1; true; attempt++) {
			SecretSnapshot snapshot = readVersion(directory, data, attempt == MOST_EXCHANGES);
			if (snapshot != null) {
				return snapshot;
			}
		}
	}

	/** The version before is deleted as soon as there is another: {@code null} then. */
	private @Nullable SecretSnapshot readVersion(Path directory, Path data, boolean last) throws IOException {
		try {
			Path version = data.toRealPath();
			SecretSnapshot snapshot = readFiles(isBelowRoot(version) ? version : directory);
			return (last || version.equals(data.toRealPath())) ? snapshot : null;
		}
		catch (NoSuchFileException ex) {
			if (last) {
				throw ex;
			}
			return null;
		}
	}

	private SecretSnapshot readFiles(Path directory) throws IOException {
		Map<String, SecretValue> values = new HashMap<>();
		long size = 0;
		for (Path file : list(directory)) {
			SecretValue value = readFile(file);
			values.put(String.valueOf(file.getFileName()), value);
			size += (value instanceof SecretValue.Present present) ? present.text().length() : 0;
			if (values.size() > MOST_FILES || size > LARGEST_DIRECTORY) {
				return SecretSnapshot.missing("%s holds more than 100 files or 4 MiB".formatted(directory),
						"Put the files of secrets into a directory of their own.");
			}
		}
		return new SecretSnapshot(values, NO_FILE);
	}

	private static List<Path> list(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter((file) -> !String.valueOf(file.getFileName()).startsWith(".."))
				.limit(MOST_FILES + 1)
				.toList();
		}
	}

	private SecretValue readFile(Path file) {
		try {
			Path real = file.toRealPath();
			if (!isBelowRoot(real)) {
				return new SecretValue.Missing("it leads out of oauth-cc.secrets.file-roots",
						"Add the directory that it leads to, or replace the link.");
			}
			if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
				return new SecretValue.Missing("it is no regular file", "Replace it by one.");
			}
			return readRegular(real);
		}
		catch (NoSuchFileException ex) {
			return NO_FILE;
		}
		catch (IOException | SecurityException ex) {
			return new SecretValue.Missing("it cannot be read: %s".formatted(ex.getClass().getSimpleName()),
					"Let the gateway's user read it.");
		}
	}

	private static SecretValue readRegular(Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
			byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
			return (bytes.length <= LARGEST_FILE) ? SecretValue.Present.of(bytes)
					: new SecretValue.Missing("it is larger than 1 MiB", "Refer to a smaller file.");
		}
	}

	@Override
	public void destroy() {
		this.changes.dispose();
	}

}
