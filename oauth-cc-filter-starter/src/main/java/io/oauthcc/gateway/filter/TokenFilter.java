package io.oauthcc.gateway.filter;

import java.util.List;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Obtains the token that a request needs and sends the request on with it; or answers,
 * and sends nothing on.
 */
final class TokenFilter implements GatewayFilter {

	private final Middleware middleware;

	private final AccessTokenSource tokens;

	TokenFilter(Middleware middleware, AccessTokenSource tokens) {
		this.middleware = middleware;
		this.tokens = tokens;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		AccessTokenRequest request = this.middleware.requestFor(exchange.getRequest().getHeaders());
		if (request == null) {
			return ProblemWriter.write(exchange, Problem.CREDENTIALS_MISSING, null);
		}
		return this.tokens.getToken(request)
			// Only up to here: what goes wrong on the way to the upstream is no fault of
			// the token.
			.onErrorResume(AccessTokenException.class, (ex) -> answer(exchange, ex))
			.flatMap((token) -> chain.filter(authorize(exchange, token)));
	}

	private static ServerWebExchange authorize(ServerWebExchange exchange, AccessToken token) {
		ServerHttpRequest request = exchange.getRequest().mutate().headers((headers) -> {
			headers.set(HttpHeaders.AUTHORIZATION, token.authorization());
			keepThroughConnection(headers);
		}).build();
		return exchange.mutate().request(request).build();
	}

	/**
	 * A caller could else take the token away again: what {@code Connection} names is
	 * removed as hop-by-hop (RFC 9110, section 7.6.1).
	 */
	private static void keepThroughConnection(HttpHeaders headers) {
		if (!headers.containsHeader(HttpHeaders.CONNECTION)) {
			return;
		}
		List<String> options = headers.getConnection();
		List<String> kept = options.stream()
			.filter((option) -> !HttpHeaders.AUTHORIZATION.equalsIgnoreCase(option))
			.toList();
		if (kept.size() < options.size()) {
			headers.setConnection(kept);
		}
	}

	private Mono<AccessToken> answer(ServerWebExchange exchange, AccessTokenException ex) {
		Problem problem = Problem.of(ex.getFailure(), this.middleware.isApplicationLevel());
		return ProblemWriter.write(exchange, problem, ex.getRetryAfter()).then(Mono.empty());
	}

	@Override
	public String toString() {
		return this.middleware.toString();
	}

}
