package io.oauthcc.gateway.token.client;

import java.time.Duration;

import io.netty.channel.ChannelOption;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The HTTP client for one token endpoint, with a bounded pool of connections that are
 * closed when idle.
 */
final class TokenEndpointHttpClient {

	/** No token response comes near this; JWTs of some KiB are common. */
	static final int MAXIMUM_RESPONSE_BYTES = 64 * 1024;

	private final ConnectionProvider connections;

	private final WebClient webClient;

	TokenEndpointHttpClient(Duration connectTimeout, int maximumConnections) {
		this.connections = ConnectionProvider.builder("oauth-cc")
			.maxConnections(maximumConnections)
			// TokenEndpointBulkhead bounds those who wait.
			.pendingAcquireMaxCount(-1)
			.maxIdleTime(Duration.ofSeconds(30))
			.evictInBackground(Duration.ofSeconds(30))
			.build();
		HttpClient client = HttpClient.create(this.connections)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
			.followRedirect(false)
			.compress(true);
		this.webClient = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(client))
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(MAXIMUM_RESPONSE_BYTES))
			.build();
	}

	WebClient webClient() {
		return this.webClient;
	}

	void dispose() {
		this.connections.dispose();
	}

}
