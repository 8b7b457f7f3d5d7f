package io.oauthcc.gateway.filter;

import java.util.List;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.Admission;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends one request on with its token. If the service refuses the token, drops it, and
 * sends the request once more with another; nothing of the first answer has reached the
 * caller by then, since its body is written only when all filters of the route are done.
 */
final class UpstreamCall {

	private final AccessTokenSource tokens;

	private final Middleware middleware;

	private final GatewayFilterChain chain;

	private final AccessTokenRequest request;

	UpstreamCall(AccessTokenSource tokens, Middleware middleware, GatewayFilterChain chain,
			AccessTokenRequest request) {
		this.tokens = tokens;
		this.middleware = middleware;
		this.chain = chain;
		this.request = request;
	}

	/**
	 * Send the request, if the token is good for it.
	 * @param exchange the exchange whose request it is
	 * @param token the token to send it with
	 * @return completes when there is an answer to be passed on
	 */
	Mono<Void> send(ServerWebExchange exchange, AccessToken token) {
		UnauthorizedPolicy policy = this.middleware.unauthorizedPolicy();
		if (!this.middleware.isGranted(token)) {
			return ProblemWriter.write(exchange, Problem.SCOPE_MISSING, null);
		}
		if (policy.isOff()) {
			return forward(exchange, token);
		}
		long length = lengthOf(exchange.getRequest().getHeaders());
		if (!policy.isRetry() || length > policy.replayBodyLimit()) {
			return forward(exchange, token).then(Mono.fromRunnable(() -> drop(exchange, token)));
		}
		if (length == 0) {
			return sendReplayable(exchange, token);
		}
		return ReplayableRequest.of(exchange.getRequest(), length)
			.flatMap((request) -> sendReplayable(exchange.mutate().request(request).build(), token)
				.doFinally((signal) -> request.forget()));
	}

	private Mono<Void> sendReplayable(ServerWebExchange exchange, AccessToken token) {
		ExchangeState before = ExchangeState.of(exchange);
		return forward(exchange, token)
			.then(Mono.defer(() -> drop(exchange, token) ? replay(exchange, before) : Mono.empty()));
	}

	private boolean drop(ServerWebExchange exchange, AccessToken token) {
		return isRefused(exchange.getResponse()) && this.tokens.drop(this.request, token);
	}

	private Mono<Void> replay(ServerWebExchange exchange, ExchangeState before) {
		return this.tokens.getToken(this.request, Admission.FREE)
			// Without another token, the service's answer is the one there is.
			.onErrorComplete(AccessTokenException.class)
			.flatMap((another) -> {
				ServerWebExchangeUtils.reset(exchange);
				before.restore(exchange);
				return this.middleware.isGranted(another) ? forward(exchange, another)
						: ProblemWriter.write(exchange, Problem.SCOPE_MISSING, null);
			});
	}

	private Mono<Void> forward(ServerWebExchange exchange, AccessToken token) {
		ServerHttpRequest authorized = exchange.getRequest().mutate().headers((headers) -> {
			headers.set(HttpHeaders.AUTHORIZATION, token.authorization());
			keepThroughConnection(headers);
		}).build();
		return this.chain.filter(exchange.mutate().request(authorized).build());
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

	private boolean isRefused(ServerHttpResponse response) {
		return response.getStatusCode() == HttpStatus.UNAUTHORIZED && !response.isCommitted()
				&& (this.middleware.unauthorizedPolicy().anyChallenge()
						|| BearerChallenge.saysInvalidToken(response.getHeaders()));
	}

	/** Only a length that is declared says beforehand whether the body fits. */
	private static long lengthOf(HttpHeaders headers) {
		if (headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
			return Long.MAX_VALUE;
		}
		return Math.max(0, headers.getContentLength());
	}

}
