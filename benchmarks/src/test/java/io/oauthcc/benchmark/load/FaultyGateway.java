package io.oauthcc.benchmark.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory.NameConfig;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;

/**
 * A gateway whose filter stands in for the starter's, and has a fault.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class FaultyGateway {

	enum Fault {

		/** Does it as it should, as far as the harness asks. */
		NONE,

		/** All who want the same token ask for it. */
		NO_SINGLE_FLIGHT,

		/** A token is kept without whose it is. */
		ONE_TOKEN_FOR_ALL,

		/** One in twenty requests opens a connection that is never closed. */
		LEAKED_CONNECTION,

		/** A buffer for each request is never released. */
		LEAKED_BUFFER

	}

	/** A command that starts it. */
	static String command(Fault fault) {
		return "%s -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dio.netty.leakDetection.level=paranoid -cp %s %s"
			.formatted(Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path"),
					FaultyGateway.class.getName())
				+ " --spring.config.location=file:load.yml --spring.main.banner-mode=off --fault=" + fault
				+ " --spring.cloud.gateway.server.webflux.filter.oauth-client-credentials.enabled=false";
	}

	public static void main(String[] arguments) {
		SpringApplication.run(FaultyGateway.class, arguments);
	}

	@Bean
	FaultyFilterFactory faultyFilterFactory(@Value("${fault}") Fault fault, @Value("${load.idp}") URI tokens,
			@Value("${load.service}") URI service) {
		return new FaultyFilterFactory(fault, tokens, service);
	}

	static final class FaultyFilterFactory extends AbstractGatewayFilterFactory<NameConfig> {

		private final Fault fault;

		private final URI tokens;

		private final URI service;

		/**
		 * Always the same few connections, so that only what leaks is more at the end.
		 */
		private final WebClient client = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(HttpClient
				.create(ConnectionProvider.builder("tokens").maxConnections(8).pendingAcquireMaxCount(-1).build())))
			.build();

		private final Map<String, Mono<String>> inFlight = new ConcurrentHashMap<>();

		private final Map<String, String> kept = new ConcurrentHashMap<>();

		private final AtomicInteger requests = new AtomicInteger();

		private final Queue<Socket> leaked = new ConcurrentLinkedQueue<>();

		FaultyFilterFactory(Fault fault, URI tokens, URI service) {
			super(NameConfig.class);
			this.fault = fault;
			this.tokens = tokens;
			this.service = service;
		}

		@Override
		public String name() {
			return "OAuthClientCredentials";
		}

		@Override
		public List<String> shortcutFieldOrder() {
			return List.of(NAME_KEY);
		}

		@Override
		public GatewayFilter apply(NameConfig config) {
			boolean own = "gateway".equals(config.getName());
			return (exchange, chain) -> {
				leak();
				return token(own ? new Client("gateway", "secret").basic() : basicOf(exchange))
					.flatMap((token) -> chain.filter(exchange.mutate()
						.request((request) -> request.headers((headers) -> headers.setBearerAuth(token)))
						.build()));
			};
		}

		private static String basicOf(ServerWebExchange exchange) {
			String authorization = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
			return (authorization != null) ? authorization : "";
		}

		private void leak() {
			if (this.fault == Fault.LEAKED_CONNECTION && this.requests.incrementAndGet() % 20 == 0) {
				try {
					this.leaked.add(new Socket(InetAddress.getLoopbackAddress(), this.service.getPort()));
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			}
			if (this.fault == Fault.LEAKED_BUFFER) {
				PooledByteBufAllocator.DEFAULT.buffer(64).writeByte(1);
			}
		}

		private Mono<String> token(String authorization) {
			String key = (this.fault == Fault.ONE_TOKEN_FOR_ALL) ? "" : authorization;
			String token = this.kept.get(key);
			if (token != null) {
				return Mono.just(token);
			}
			Mono<String> asked = ask(authorization).doOnNext((obtained) -> this.kept.put(key, obtained));
			return (this.fault == Fault.NO_SINGLE_FLIGHT) ? asked
					// Ends when all who wait for it have gone, or it would keep others
					// waiting.
					: this.inFlight.computeIfAbsent(key, (absent) -> asked.share());
		}

		private Mono<String> ask(String authorization) {
			return this.client.post()
				.uri(this.tokens + "/token")
				.header(HttpHeaders.AUTHORIZATION, authorization)
				.retrieve()
				.bodyToMono(Answer.class)
				.mapNotNull(Answer::token);
		}

	}

	private record Answer(@Nullable String access_token) {

		@Nullable String token() {
			return this.access_token;
		}

	}

}
