package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * A Markdown table, and what was stated and does not hold.
 */
final class Report {

	private final List<String> lines = new ArrayList<>();

	private final List<String> notes = new ArrayList<>();

	private final List<String> broken = new ArrayList<>();

	Report(String command, String... columns) {
		this.lines.add("`%s`, %s, %d cores, Java %s:%n".formatted(command, LocalDate.now(ZoneOffset.UTC),
				Runtime.getRuntime().availableProcessors(), Runtime.version().feature()));
		row(columns);
		this.lines.add("|" + "---|".repeat(columns.length));
	}

	void row(String... cells) {
		this.lines.add("| " + String.join(" | ", cells) + " |");
	}

	/** What is said below the table. */
	void note(String text) {
		this.notes.add(text);
	}

	void check(boolean holds, String bound) {
		if (!holds) {
			this.broken.add(bound);
		}
	}

	List<String> broken() {
		return this.broken;
	}

	/** Print it and end the process, with 1 if a bound is broken. */
	void finish() {
		this.lines.forEach(System.out::println);
		this.notes.forEach((note) -> System.out.println("\n" + note));
		this.broken.forEach((bound) -> System.err.println("Does not hold: " + bound));
		System.out.flush();
		Runtime.getRuntime().exit(this.broken.isEmpty() ? 0 : 1);
	}

	static String time(Duration time) {
		return (time.toMillis() < 1000) ? time.toMillis() + " ms"
				: String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
	}

	/** The median, and the least and the most if they differ. */
	static String times(LongStream nanos) {
		long[] sorted = nanos.sorted().toArray();
		String median = time(Duration.ofNanos(sorted[sorted.length / 2]));
		return (sorted.length == 1) ? median : "%s (%s to %s)".formatted(median, time(Duration.ofNanos(sorted[0])),
				time(Duration.ofNanos(sorted[sorted.length - 1])));
	}

	static String counts(LongStream counts) {
		long[] sorted = counts.sorted().toArray();
		long least = sorted[0];
		long most = sorted[sorted.length - 1];
		return (least == most) ? Long.toString(least)
				: "%d (%d to %d)".formatted(sorted[sorted.length / 2], least, most);
	}

}
