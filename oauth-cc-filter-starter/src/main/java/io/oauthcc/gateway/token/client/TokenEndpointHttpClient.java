package io.oauthcc.gateway.token.client;

import java.time.Duration;

import io.netty.channel.ChannelOption;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Makes the HTTP clients for token endpoints, which share one bounded pool of
 * connections, apart from the one to the gateway's upstreams.
 */
final class TokenEndpointHttpClient {

	/** No token response comes near this; JWTs of some KiB are common. */
	static final int MAXIMUM_RESPONSE_BYTES = 64 * 1024;

	private static final int MAXIMUM_CONNECTIONS = 64;

	private final ConnectionProvider connections = ConnectionProvider.builder("oauth-cc")
		.maxConnections(MAXIMUM_CONNECTIONS)
		// HttpAccessTokenClient bounds those who wait.
		.pendingAcquireMaxCount(-1)
		.maxIdleTime(Duration.ofSeconds(30))
		.evictInBackground(Duration.ofSeconds(30))
		.build();

	WebClient create(Duration connectTimeout) {
		HttpClient client = HttpClient.create(this.connections)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
			.followRedirect(false)
			.compress(true);
		return WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(client))
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(MAXIMUM_RESPONSE_BYTES))
			.build();
	}

	void dispose() {
		this.connections.dispose();
	}

}
