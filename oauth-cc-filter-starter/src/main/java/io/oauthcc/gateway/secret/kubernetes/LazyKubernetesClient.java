package io.oauthcc.gateway.secret.kubernetes;

import java.util.function.Supplier;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * A Kubernetes client for secrets, made when it is first wanted and closed in the end,
 * with the configuration of the application's client if there is one. Not that client
 * itself: at TRACE it would log what it reads.
 */
public final class LazyKubernetesClient implements Supplier<KubernetesClient>, DisposableBean {

	/**
	 * The name by which Fabric8 registers the interceptor that logs headers and bodies.
	 */
	private static final String HTTP_LOGGING = "HttpLogging";

	/**
	 * The first wait after a failure, in milliseconds; the longest is 32 times as long.
	 */
	private static final int WATCH_RECONNECT_INTERVAL = 250;

	private final Supplier<@Nullable KubernetesClient> applicationClient;

	private @Nullable KubernetesClient client;

	/**
	 * Create without a client.
	 * @param applicationClient the application's client, {@code null} if it has none
	 */
	public LazyKubernetesClient(Supplier<@Nullable KubernetesClient> applicationClient) {
		this.applicationClient = applicationClient;
	}

	/**
	 * The client. Blocks while it is made.
	 */
	@Override
	public synchronized KubernetesClient get() {
		KubernetesClient client = this.client;
		if (client == null) {
			client = create();
			this.client = client;
		}
		return client;
	}

	private KubernetesClient create() {
		KubernetesClient application = this.applicationClient.get();
		Config config = (application != null) ? application.getConfiguration() : Config.autoConfigure(null);
		// Without one, what does not come would be waited for ever.
		int timeout = (config.getRequestTimeout() > 0) ? config.getRequestTimeout() : Config.DEFAULT_REQUEST_TIMEOUT;
		return new KubernetesClientBuilder()
			// Retries nothing by itself: a watch does, and tells meanwhile what is wrong.
			.withConfig(new ConfigBuilder(config).withRequestRetryBackoffLimit(0)
				.withWatchReconnectInterval(WATCH_RECONNECT_INTERVAL)
				.withRequestTimeout(timeout)
				.build())
			.withHttpClientBuilderConsumer((builder) -> builder.addOrReplaceInterceptor(HTTP_LOGGING, null)
				.addOrReplaceInterceptor(WholeAnswerTimeout.class.getSimpleName(), new WholeAnswerTimeout(timeout)))
			.build();
	}

	@Override
	public synchronized void destroy() {
		if (this.client != null) {
			this.client.close();
		}
	}

}
