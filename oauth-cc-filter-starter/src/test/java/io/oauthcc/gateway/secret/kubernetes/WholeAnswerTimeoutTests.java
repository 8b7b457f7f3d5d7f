package io.oauthcc.gateway.secret.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WholeAnswerTimeoutTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final Body body = new Body(new CompletableFuture<>(), new CompletableFuture<>());

	@Test
	void afterWhenBodyDoesNotEndThenTellsAndCancels() {
		after(1, new StandardHttpRequest.Builder());
		assertThatThrownBy(this.body.done()::get).hasCauseInstanceOf(TimeoutException.class);
		assertThat(this.body.cancelled()).succeedsWithin(LIMIT);
	}

	@Test
	void afterWhenBodyEndsThenDoesNotCancel() {
		after(LIMIT.toMillis(), new StandardHttpRequest.Builder());
		this.body.done().complete(null);
		assertThat(this.body.cancelled()).isNotDone();
	}

	@Test
	void afterWhenWatchThenWaitsForNothing() {
		after(LIMIT.toMillis(), new StandardHttpRequest.Builder().forStreaming());
		assertThat(this.body.done().getNumberOfDependents()).isZero();
	}

	private void after(long millis, HttpRequest.Builder request) {
		HttpRequest sent = request.uri("http://localhost/").build();
		new WholeAnswerTimeout(millis).after(sent, new Response(sent, this.body), (value, body) -> body.consume());
	}

	private record Body(CompletableFuture<Void> done, CompletableFuture<Boolean> cancelled) implements AsyncBody {

		@Override
		public void consume() {
		}

		@Override
		public void cancel() {
			this.cancelled.complete(true);
		}

	}

	private record Response(HttpRequest request, AsyncBody body) implements HttpResponse<AsyncBody> {

		@Override
		public int code() {
			return 200;
		}

		@Override
		public Optional<HttpResponse<?>> previousResponse() {
			return Optional.empty();
		}

		@Override
		public List<String> headers(String key) {
			return List.of();
		}

		@Override
		public Map<String, List<String>> headers() {
			return Map.of();
		}

	}

}
