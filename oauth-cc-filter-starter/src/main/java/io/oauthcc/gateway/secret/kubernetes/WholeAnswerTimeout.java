package io.oauthcc.gateway.secret.kubernetes;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.WebSocket;

/**
 * Holds the Kubernetes client to its time limit where it has none of its own: from the
 * head of an answer to its end, and until a watch begins. Whoever waits is told, and the
 * connection is closed.
 *
 * @param millis the time limit
 */
record WholeAnswerTimeout(long millis) implements Interceptor {

	@Override
	public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
		// The client sets this one too late: only from the second attempt on.
		if (builder instanceof WebSocket.Builder watch) {
			watch.connectTimeout(this.millis, TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
		if (response.body() instanceof AsyncBody body && !isWatch(request)) {
			body.done().orTimeout(this.millis, TimeUnit.MILLISECONDS).exceptionally((error) -> {
				if (error instanceof TimeoutException) {
					body.cancel();
				}
				return null;
			});
		}
	}

	/** Without WebSocket; its answer does not end. */
	private static boolean isWatch(HttpRequest request) {
		return request instanceof StandardHttpRequest standard && standard.isForStreaming();
	}

}
