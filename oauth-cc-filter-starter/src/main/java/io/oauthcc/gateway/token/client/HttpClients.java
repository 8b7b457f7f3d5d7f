package io.oauthcc.gateway.token.client;

import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * HTTP clients by what they are for, each with connections of its own, and closed when
 * nothing has used it for a while.
 * <p>
 * Safe for use by many threads.
 *
 * @param <K> what a client is for
 */
final class HttpClients<K> {

	private final LoadingCache<K, TokenEndpointHttpClient> clients;

	HttpClients(Function<K, TokenEndpointHttpClient> factory) {
		this.clients = Caffeine.newBuilder()
			.maximumSize(ResilientTokenEndpoints.MAXIMUM_ENDPOINTS)
			.expireAfterAccess(ResilientTokenEndpoints.FORGOTTEN_AFTER)
			.scheduler(Scheduler.systemScheduler())
			.executor(Runnable::run)
			.removalListener((@Nullable K key, @Nullable TokenEndpointHttpClient client, RemovalCause cause) -> {
				if (client != null) {
					client.dispose();
				}
			})
			.build(factory::apply);
	}

	/**
	 * The client for something. It is made apart from the event loops, since that reads
	 * files: the system's certificates, and its settings for names.
	 */
	Mono<WebClient> get(K key) {
		TokenEndpointHttpClient known = this.clients.getIfPresent(key);
		return (known != null) ? Mono.just(known.webClient())
				: Mono.fromCallable(() -> this.clients.get(key).webClient()).subscribeOn(Schedulers.boundedElastic());
	}

	void dispose() {
		this.clients.invalidateAll();
	}

}
