package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Many connections that are open, and then all want the same token at once, from a
 * gateway that has just started and has none.
 *
 * @param connections how many
 * @param level whose token it is: {@code gateway} or {@code application}
 * @param latency how long a token request takes
 */
record Herd(int connections, String level, Duration latency) {

	Outcome run(String command) {
		try (Stage stage = Stage.start(command, this.latency, Duration.ofHours(1))) {
			List<CompletableFuture<CallerConnection>> connecting = new ArrayList<>();
			for (int i = 0; i < this.connections; i++) {
				connecting.add(stage.callers().connect(i));
			}
			List<CallerConnection> open = connecting.stream().map(CompletableFuture::join).toList();
			String request = Client.of("herd", 0).head("GET", "/" + this.level + "/1") + "\r\n";
			Tally tally = new Tally();
			long start = System.nanoTime();
			List<CompletableFuture<String>> calls = open.stream()
				.map((connection) -> connection.send(request).handle((status, error) -> {
					String outcome = (error == null) ? status : CallerConnection.nameOf(error);
					tally.add(outcome, System.nanoTime() - start);
					return outcome;
				}))
				.toList();
			calls.forEach(CompletableFuture::join);
			open.forEach(CallerConnection::close);
			return Outcome.of(stage, tally, 0, this.latency);
		}
	}

}
