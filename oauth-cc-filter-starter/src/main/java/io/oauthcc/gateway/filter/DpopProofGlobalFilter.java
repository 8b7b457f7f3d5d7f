package io.oauthcc.gateway.filter;

import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;

import io.oauthcc.gateway.token.DpopProofs;
import io.oauthcc.gateway.token.DpopTarget;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WebsocketRoutingFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Adds the proof to a request whose token is bound to a key, and keeps the nonces that
 * services name. Acts directly before the request is sent, when all filters have had
 * their say about where it goes.
 * <p>
 * Signs on the event loop, which takes some of its time but waits for nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-7">RFC 9449, section 7</a>
 */
public final class DpopProofGlobalFilter implements GlobalFilter, Ordered {

	/** Just before {@link WebsocketRoutingFilter}, the first that sends requests. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 2;

	private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

	private final DpopProofs proofs;

	/**
	 * Create a filter that knows no nonce.
	 * @param clock tells when a proof is made
	 */
	public DpopProofGlobalFilter(Clock clock) {
		this.proofs = new DpopProofs(clock);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		BoundToken bound = BoundToken.of(exchange);
		URI uri = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
		if (bound == null || uri == null || !isSent(uri) || ServerWebExchangeUtils.isAlreadyRouted(exchange)) {
			return chain.filter(exchange);
		}
		ServerHttpRequest request = exchange.getRequest();
		DpopTarget target = DpopTarget.of(request.getMethod().name(), uri);
		String proof = this.proofs.of(bound.key(), seen(target, exchange), bound.token());
		// A filter such as Retry may have had an answer of its own to it.
		bound.sent();
		ServerHttpRequest proved = request.mutate().headers((headers) -> headers.set(DpopProofs.HEADER, proof)).build();
		return chain.filter(exchange.mutate().request(proved).build())
			.then(Mono.fromRunnable(() -> learn(target, exchange.getResponse(), bound)));
	}

	private static boolean isSent(URI uri) {
		String scheme = uri.getScheme();
		return scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
	}

	/** With the caller's {@code Host} if that goes on. */
	private static DpopTarget seen(DpopTarget target, ServerWebExchange exchange) {
		boolean preserved = exchange.getAttributeOrDefault(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE,
				false);
		String host = preserved ? exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST) : null;
		if (host == null) {
			return target;
		}
		try {
			return target.withHost(host);
		}
		catch (IllegalArgumentException ex) {
			// No URI can name it, so neither can a proof.
			return target;
		}
	}

	private void learn(DpopTarget target, ServerHttpResponse response, BoundToken bound) {
		if (response.isCommitted() || !response.getHeaders().containsHeader(DpopProofs.NONCE_HEADER)) {
			return;
		}
		HttpHeaders headers = response.getHeaders();
		this.proofs.learn(target, headers);
		// It is for the gateway, which alone has the key.
		headers.remove(DpopProofs.NONCE_HEADER);
		if (response.getStatusCode() == HttpStatus.UNAUTHORIZED && TokenChallenge.saysUseNonce(headers)
				&& this.proofs.hasNonce(target)) {
			bound.wantNonce(target.origin());
		}
	}

}
