package io.oauthcc.gateway.token.client;

import java.time.Duration;
import java.util.Objects;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.resolver.AddressResolverGroup;
import io.oauthcc.gateway.token.PoolSettings;
import io.oauthcc.gateway.token.ProxySettings;
import io.oauthcc.gateway.token.TransportSettings;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The HTTP client for one token endpoint, with a bounded pool of connections that are
 * closed when idle. Speaks TLS 1.2 and 1.3, verifies the host's name and sends it (SNI).
 */
final class TokenEndpointHttpClient {

	/** No token response comes near this; JWTs of some KiB are common. */
	static final int MAXIMUM_RESPONSE_BYTES = 64 * 1024;

	/** For so long at most is an address kept, however long its record may live. */
	private static final Duration ADDRESS_KEPT = Duration.ofSeconds(60);

	private final ConnectionProvider connections;

	private final @Nullable AddressResolverGroup<?> resolver;

	private final WebClient webClient;

	/**
	 * Create a client. Reads files.
	 * @param connectTimeout the limit of the connect phase
	 * @param maximumConnections how many connections there are at most, unless the
	 * settings say so
	 * @param transport how to connect
	 */
	TokenEndpointHttpClient(Duration connectTimeout, int maximumConnections, TransportSettings transport) {
		PoolSettings pool = transport.pool();
		this.connections = ConnectionProvider.builder("oauth-cc")
			.maxConnections(Objects.requireNonNullElse(pool.maxConnections(), maximumConnections))
			// TokenEndpointBulkhead bounds those who wait.
			.pendingAcquireMaxCount(-1)
			.maxIdleTime(pool.maxIdleTime())
			.maxLifeTime(pool.maxLifeTime())
			.evictInBackground(Duration.ofSeconds(30))
			.build();
		HttpClient client = HttpClient.create(this.connections)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
			.followRedirect(false)
			.compress(true)
			.secure((ssl) -> ssl.sslContext(ClientTls.contextOf(transport)).handshakeTimeout(connectTimeout))
			.doOnChannelInit((observer, channel, remoteAddress) -> channel.pipeline()
				.addBefore(NettyPipeline.ReactiveBridge, CloseOnError.NAME, CloseOnError.INSTANCE));
		if (transport.http2()) {
			client = client.protocol(HttpProtocol.H2, HttpProtocol.HTTP11);
		}
		HttpClient direct = client.resolver((names) -> names.cacheMaxTimeToLive(ADDRESS_KEPT));
		this.resolver = direct.configuration().resolver();
		this.webClient = WebClient.builder()
			.clientConnector(connector(client, direct, transport.proxy()))
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(MAXIMUM_RESPONSE_BYTES))
			.build();
	}

	private static ClientHttpConnector connector(HttpClient client, HttpClient direct, @Nullable ProxySettings proxy) {
		ClientHttpConnector connector = new ReactorClientHttpConnector(direct);
		return (proxy != null) ? new ProxyConnector(proxy, client, connector) : connector;
	}

	WebClient webClient() {
		return this.webClient;
	}

	/** Connections in use are closed when their request is over. */
	void dispose() {
		this.connections.dispose();
		if (this.resolver != null) {
			this.resolver.close();
		}
	}

	/**
	 * Ends a connection that an error was seen on. Not all errors do: what is no TLS
	 * record within TLS leaves it open, and Reactor Netty's pool without its place for
	 * ever.
	 */
	@ChannelHandler.Sharable
	private static final class CloseOnError extends ChannelInboundHandlerAdapter {

		private static final String NAME = "oauth-cc.closeOnError";

		private static final CloseOnError INSTANCE = new CloseOnError();

		@Override
		@SuppressWarnings("FutureReturnValueIgnored") // There is nobody to tell.
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.fireExceptionCaught(cause);
			context.close();
		}

	}

}
