package io.oauthcc.gateway.soak;

import java.net.URI;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;

import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

/**
 * Faults that a gateway may have, for a soak to find.
 */
final class SeededFaults {

	private static final int ONE_IN = 50;

	private SeededFaults() {
	}

	/** Opens a connection to the service now and then that it never closes. */
	@Configuration(proxyBeanMethods = false)
	static class KeptConnections {

		private final AtomicLong calls = new AtomicLong();

		private final Queue<Connection> kept = new ConcurrentLinkedQueue<>();

		@Bean
		@Order(9000)
		GlobalFilter keepingConnections() {
			return (exchange, chain) -> {
				Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
				if (route == null || this.calls.incrementAndGet() % ONE_IN != 0) {
					return chain.filter(exchange);
				}
				URI service = route.getUri();
				return TcpClient.newConnection()
					.host(service.getHost())
					.port(service.getPort())
					.connect()
					.doOnNext(this.kept::add)
					.then(chain.filter(exchange));
			};
		}

	}

	/** Loses a buffer now and then. */
	@Configuration(proxyBeanMethods = false)
	static class LostBuffers {

		private final AtomicLong calls = new AtomicLong();

		@Bean
		@Order(9000)
		GlobalFilter losingBuffers() {
			return (exchange, chain) -> {
				if (this.calls.incrementAndGet() % ONE_IN == 0) {
					exchange.getAttributes().put("lost", ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1));
				}
				return chain.filter(exchange);
			};
		}

	}

	/** Finds tokens by the id of the client alone. */
	@Configuration(proxyBeanMethods = false)
	static class KeyWithoutSecret {

		private final Map<String, String> tokens = new ConcurrentHashMap<>();

		@Bean
		@Order(-1000)
		WebFilter findingTokens() {
			return (exchange, chain) -> {
				String token = this.tokens.get(clientOf(exchange));
				if (token == null || clientOf(exchange).isEmpty()) {
					return chain.filter(exchange);
				}
				ServerHttpRequest request = exchange.getRequest()
					.mutate()
					.path("/plain/x")
					.headers((headers) -> headers.set("Authorization", token))
					.build();
				return chain.filter(exchange.mutate().request(request).build());
			};
		}

		@Bean
		@Order(9000)
		GlobalFilter keepingTokens() {
			return (exchange, chain) -> {
				String token = exchange.getRequest().getHeaders().getFirst("Authorization");
				if (token != null) {
					this.tokens.put(clientOf(exchange), token);
				}
				return chain.filter(exchange);
			};
		}

		private static String clientOf(ServerWebExchange exchange) {
			@Nullable String caller = exchange.getRequest().getHeaders().getFirst(SoakUpstream.CALLER);
			return (caller != null) ? caller.substring(0, Math.max(0, caller.indexOf('/'))) : "";
		}

	}

	/** Answers 503 now and then. */
	@Configuration(proxyBeanMethods = false)
	static class Errors {

		private final AtomicLong calls = new AtomicLong();

		@Bean
		@Order(-1000)
		GlobalFilter failing() {
			return (exchange, chain) -> {
				if (this.calls.incrementAndGet() % ONE_IN != 0) {
					return chain.filter(exchange);
				}
				exchange.getResponse().setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
				return exchange.getResponse().setComplete();
			};
		}

	}

}
