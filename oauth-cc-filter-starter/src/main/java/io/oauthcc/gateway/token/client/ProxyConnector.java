package io.oauthcc.gateway.token.client;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import io.netty.handler.proxy.ProxyConnectException;
import io.oauthcc.gateway.token.ProxySettings;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.transport.ProxyProvider;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

/**
 * Connects through a proxy, or past it to hosts that are to be reached without.
 */
final class ProxyConnector implements ClientHttpConnector {

	/** So that requests at about the same time look it up once. */
	private static final Duration RESOLVED_FOR = Duration.ofSeconds(1);

	private final ProxySettings proxy;

	private final ClientHttpConnector proxied;

	private final ClientHttpConnector direct;

	private final AtomicReference<InetSocketAddress> address;

	private final Mono<Void> resolved;

	/**
	 * Create a connector.
	 * @param proxy the proxy
	 * @param client connects, and leaves the names of hosts to the proxy
	 * @param direct connects to hosts that are to be reached without it
	 */
	ProxyConnector(ProxySettings proxy, HttpClient client, ClientHttpConnector direct) {
		this.proxy = proxy;
		this.address = new AtomicReference<>(InetSocketAddress.createUnresolved(proxy.host(), proxy.port()));
		this.proxied = new ReactorClientHttpConnector(client.proxy(this::configure));
		this.direct = direct;
		this.resolved = resolve().cache(RESOLVED_FOR);
	}

	private void configure(ProxyProvider.TypeSpec spec) {
		// Asked for at each connection.
		ProxyProvider.Builder builder = spec.type(typeOf(this.proxy.type()))
			.socketAddress((Supplier<SocketAddress>) this.address::get);
		String username = this.proxy.username();
		String password = this.proxy.password();
		if (username != null && password != null) {
			builder.username(username).password((user) -> password);
		}
	}

	private static ProxyProvider.Proxy typeOf(ProxySettings.Type type) {
		return switch (type) {
			case HTTP -> ProxyProvider.Proxy.HTTP;
			case SOCKS5 -> ProxyProvider.Proxy.SOCKS5;
		};
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		if (this.proxy.isBypassedFor(Objects.toString(uri.getHost(), ""))) {
			return this.direct.connect(method, uri, requestCallback);
		}
		return this.resolved.then(Mono.defer(() -> this.proxied.connect(method, uri, requestCallback)));
	}

	/**
	 * The Java platform keeps what it finds for half a minute, and blocks: of the threads
	 * that all share, a name server that does not answer must not take one for each
	 * request.
	 */
	private Mono<Void> resolve() {
		return Mono.<Void>fromCallable(() -> {
			InetSocketAddress resolved = new InetSocketAddress(this.proxy.host(), this.proxy.port());
			if (resolved.isUnresolved()) {
				throw new ProxyConnectException("status: unknown_host");
			}
			this.address.set(resolved);
			return null;
		}).subscribeOn(Schedulers.boundedElastic());
	}

}
