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

	private final UnauthorizedPolicy policy;

	private final GatewayFilterChain chain;

	private final AccessTokenRequest request;

	UpstreamCall(AccessTokenSource tokens, UnauthorizedPolicy policy, GatewayFilterChain chain,
			AccessTokenRequest request) {
		this.tokens = tokens;
		this.policy = policy;
		this.chain = chain;
		this.request = request;
	}

	/**
	 * Send the request.
	 * @param exchange the exchange whose request it is
	 * @param token the token to send it with
	 * @return completes when the service has answered, and the answer is to be passed on
	 */
	Mono<Void> send(ServerWebExchange exchange, AccessToken token) {
		if (this.policy.isOff()) {
			return forward(exchange, token);
		}
		long length = lengthOf(exchange.getRequest().getHeaders());
		boolean replayable = this.policy.isRetry() && length <= this.policy.replayBodyLimit();
		if (!replayable || length == 0) {
			return send(exchange, token, replayable);
		}
		return ServerWebExchangeUtils.cacheRequestBody(exchange,
				(cached) -> send(exchange.mutate().request(cached).build(), token, true));
	}

	private Mono<Void> send(ServerWebExchange exchange, AccessToken token, boolean replayable) {
		return forward(exchange, token).then(
				Mono.defer(() -> isRefused(exchange.getResponse()) ? drop(exchange, token, replayable) : Mono.empty()));
	}

	private Mono<Void> drop(ServerWebExchange exchange, AccessToken token, boolean replayable) {
		if (!this.tokens.drop(this.request, token) || !replayable) {
			return Mono.empty();
		}
		return this.tokens.getToken(this.request, Admission.FREE)
			// Without another token, the service's answer is the one there is.
			.onErrorComplete(AccessTokenException.class)
			.flatMap((another) -> replay(exchange, another));
	}

	private Mono<Void> replay(ServerWebExchange exchange, AccessToken another) {
		ServerWebExchangeUtils.reset(exchange);
		return forward(exchange, another);
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
				&& (this.policy.anyChallenge() || BearerChallenge.saysInvalidToken(response.getHeaders()));
	}

	/** Only a length that is declared says beforehand whether the body fits. */
	private static long lengthOf(HttpHeaders headers) {
		if (headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
			return Long.MAX_VALUE;
		}
		return Math.max(0, headers.getContentLength());
	}

}
