package io.oauthcc.gateway.soak;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

/**
 * The figures of a soak, in Markdown.
 */
record SoakTable(Duration took, long tokenRequests, SoakCallers callers, Disturbances disturbances,
		SoakUpstream upstream, Resources start, Resources end) {

	String text() {
		StringBuilder text = new StringBuilder();
		text.append("%d s, %s, %d cores, Java %s\n\n".formatted(this.took.toSeconds(), LocalDate.now(ZoneOffset.UTC),
				Runtime.getRuntime().availableProcessors(), Runtime.version()));
		text.append("| what | |\n|---|---|\n");
		row(text, "requests", "%d, %d a second".formatted(this.callers.requests(),
				this.callers.requests() / Math.max(1, this.took.toSeconds())));
		row(text, "slowest of those that wait for their answer", this.callers.slowestMillis() + " ms");
		row(text, "token requests", Long.toString(this.tokenRequests));
		row(text, "tokens looked at by the service, wrong ones",
				"%d, %d".formatted(this.upstream.checked(), this.upstream.wrong()));
		row(text, "tokens revoked", Long.toString(this.upstream.revocations()));
		row(text, "what happened",
				this.disturbances.counts()
					.entrySet()
					.stream()
					.map((entry) -> entry.getKey() + " × " + entry.getValue())
					.collect(Collectors.joining(", ")));
		this.callers.failures().forEach((cause, number) -> row(text, "no answer, or an error: " + cause, number + ""));
		row(text, "answered 500 for a connection to the service that had ended",
				Long.toString(this.callers.internalErrors()));
		row(text, "failed without a cause", Long.toString(this.callers.unexplained()));
		text.append("\n| held by the gateway | at the start | at the end |\n|---|---|---|\n");
		this.end.values()
			.forEach((name, value) -> text.append("| %s | %d | %d |\n".formatted(name, this.start.get(name), value)));
		return text.toString();
	}

	private static void row(StringBuilder text, String what, String value) {
		text.append("| %s | %s |\n".formatted(what, value));
	}

}
