package io.oauthcc.gateway.observation;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Writes a line for each request, in the common log format, with the client's name where
 * a claim tells it: Reactor Netty's own access log knows no user. Without the query,
 * which may hold a secret.
 */
public final class AccessLogWebFilter implements WebFilter, Ordered {

	private static final Log logger = LogFactory.getLog("oauthcc.access");

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

	private static final String UNKNOWN = "-";

	private final Clock clock;

	/**
	 * Create a filter.
	 * @param clock tells when a request came, in the zone of the log
	 */
	public AccessLogWebFilter(Clock clock) {
		this.clock = clock;
	}

	/** Around all other filters, so that the status is the last word. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!logger.isInfoEnabled()) {
			return chain.filter(exchange);
		}
		ZonedDateTime start = ZonedDateTime.now(this.clock);
		return chain.filter(exchange).doFinally((signal) -> logger.info(line(exchange, start)));
	}

	private static String line(ServerWebExchange exchange, ZonedDateTime start) {
		ServerHttpRequest request = exchange.getRequest();
		ServerHttpResponse response = exchange.getResponse();
		String username = exchange.getAttribute(ClientUsername.ATTRIBUTE);
		return "%s - %s [%s] \"%s %s %s\" %s %s".formatted(addressOf(request),
				(username != null) ? LogText.of(username) : UNKNOWN, TIME.format(start),
				LogText.of(request.getMethod().name()), LogText.of(request.getURI().getRawPath()), protocolOf(request),
				statusOf(response.getStatusCode()), lengthOf(response.getHeaders().getContentLength()));
	}

	private static String addressOf(ServerHttpRequest request) {
		InetSocketAddress address = request.getRemoteAddress();
		return (address != null && address.getAddress() != null) ? address.getAddress().getHostAddress() : UNKNOWN;
	}

	private static String protocolOf(ServerHttpRequest request) {
		Object server = ServerHttpRequestDecorator.getNativeRequest(request);
		return (server instanceof HttpServerRequest netty) ? netty.version().text() : UNKNOWN;
	}

	/** None yet if the request fails with an error that goes up to the server. */
	private static String statusOf(@Nullable HttpStatusCode status) {
		return (status != null) ? Integer.toString(status.value()) : UNKNOWN;
	}

	private static String lengthOf(long length) {
		return (length >= 0) ? Long.toString(length) : UNKNOWN;
	}

}
