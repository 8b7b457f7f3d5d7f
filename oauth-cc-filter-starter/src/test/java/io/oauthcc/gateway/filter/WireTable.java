package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.oauthcc.gateway.fixture.MarkdownPage;
import io.oauthcc.gateway.fixture.WireFault;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A table of docs/wire.md: what is expected of each fault is what is written there.
 *
 * @param rows the faults, in its order, each with what is said of it by column
 */
record WireTable(Map<WireFault, Map<String, String>> rows) {

	/** Of what does not apply. */
	private static final String NOTHING = "–";

	private static final int AT_ONCE = 12;

	/**
	 * Read a table.
	 * @param heading the heading that it stands under
	 */
	static WireTable under(String heading) {
		List<String> page = lines();
		int start = page.indexOf("## " + heading);
		assertThat(start).as(heading).isNotNegative();
		List<List<String>> cells = page.subList(start + 1, page.size())
			.stream()
			.takeWhile((line) -> !line.startsWith("## "))
			.filter((line) -> line.startsWith("| "))
			.map(WireTable::cells)
			.toList();
		Map<WireFault, Map<String, String>> rows = new LinkedHashMap<>();
		List<String> columns = cells.get(0);
		for (List<String> row : cells.subList(1, cells.size())) {
			Map<String, String> said = new LinkedHashMap<>();
			for (int column = 1; column < columns.size(); column++) {
				said.put(columns.get(column), row.get(column));
			}
			assertThat(rows.put(fault(row.get(0)), said)).as("a second row: %s", row.get(0)).isNull();
		}
		return new WireTable(rows);
	}

	private static List<String> lines() {
		try {
			return Files.readAllLines(MarkdownPage.ROOT.resolve("docs").resolve("wire.md"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> cells(String line) {
		List<String> cells = new ArrayList<>();
		for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
			cells.add(cell.trim());
		}
		return cells;
	}

	private static WireFault fault(String text) {
		for (WireFault fault : WireFault.values()) {
			if (fault.toString().equals(text)) {
				return fault;
			}
		}
		throw new IllegalStateException("No such fault: " + text);
	}

	/** The rows that something is said of in a column. */
	Map<WireFault, String> column(String name) {
		Map<WireFault, String> column = new LinkedHashMap<>();
		this.rows.forEach((fault, said) -> {
			String cell = said.getOrDefault(name, NOTHING);
			if (!cell.equals(NOTHING)) {
				column.put(fault, cell);
			}
		});
		assertThat(column).as(name).isNotEmpty();
		return column;
	}

	/**
	 * Check rows, several at a time: most of them wait most of the time.
	 * @param rows the rows
	 * @param check fails for a row that is not as it should be
	 * @return how each fails, {@code null} for one that does not
	 */
	static <R> Map<R, @Nullable Throwable> check(List<R> rows, Consumer<R> check) {
		Map<R, @Nullable Throwable> failures = new LinkedHashMap<>();
		Scheduler threads = Schedulers.newBoundedElastic(AT_ONCE, rows.size(), "rows");
		try {
			Flux.fromIterable(rows)
				.flatMapSequential((row) -> Mono.fromRunnable(() -> check.accept(row))
					.subscribeOn(threads)
					.thenReturn(new Checked<>(row, null))
					.onErrorResume((error) -> Mono.just(new Checked<>(row, error))), AT_ONCE)
				.doOnNext((checked) -> failures.put(checked.row(), checked.failure()))
				.blockLast();
		}
		finally {
			threads.dispose();
		}
		return failures;
	}

	/** Have a test fail as its row did. */
	static void rethrow(@Nullable Throwable failure) {
		if (failure != null) {
			throw new AssertionError(failure.getMessage(), failure);
		}
	}

	private record Checked<R>(R row, @Nullable Throwable failure) {

	}

}
