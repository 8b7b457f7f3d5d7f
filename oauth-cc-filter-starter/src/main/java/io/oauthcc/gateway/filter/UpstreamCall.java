package io.oauthcc.gateway.filter;

import java.util.HashSet;
import java.util.Set;

import io.oauthcc.gateway.observation.ClientUsername;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.DpopProofs;
import io.oauthcc.gateway.token.TokenEvent;
import org.jspecify.annotations.Nullable;
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

	/** A service whose instances all want one must not be asked without end. */
	private static final int MOST_NONCES = 3;

	private final Middleware middleware;

	private final GatewayFilterChain chain;

	private final AccessTokenRequest request;

	/** What the tokens are bound to, or {@code null}. */
	private final @Nullable DpopKey key;

	/** Whoever wants a nonce gets one once; a load balancer may choose others. */
	private final Set<String> noncesTaken;

	UpstreamCall(Middleware middleware, GatewayFilterChain chain, AccessTokenRequest request) {
		this.middleware = middleware;
		this.chain = chain;
		this.request = request;
		this.key = request.grant().dpopKey();
		this.noncesTaken = (this.key != null) ? new HashSet<>() : Set.of();
	}

	/**
	 * Send the request, if the token is good for it.
	 * @param exchange the exchange whose request it is
	 * @param token the token to send it with
	 * @return completes when there is an answer to be passed on
	 */
	Mono<Void> send(ServerWebExchange exchange, AccessToken token) {
		ClaimsVerdict verdict = this.middleware.verdictOn(token);
		if (!(verdict instanceof ClaimsVerdict.Accepted accepted)) {
			return refuse(exchange, verdict);
		}
		UnauthorizedPolicy policy = this.middleware.unauthorizedPolicy();
		if (policy.isOff() && this.key == null) {
			return forward(exchange, token, accepted);
		}
		long length = lengthOf(exchange.getRequest().getHeaders());
		boolean mayBeSentAgain = policy.isRetry() || this.key != null;
		if (!mayBeSentAgain || length > policy.replayBodyLimit()) {
			return forward(exchange, token, accepted).then(Mono.fromRunnable(() -> dropOnly(exchange, token)));
		}
		if (length == 0) {
			return sendReplayable(exchange, token, accepted);
		}
		return ReplayableRequest.of(exchange.getRequest(), length)
			.flatMap((request) -> sendReplayable(exchange.mutate().request(request).build(), token, accepted)
				.doFinally((signal) -> request.forget()));
	}

	private Mono<Void> sendReplayable(ServerWebExchange exchange, AccessToken token, ClaimsVerdict.Accepted accepted) {
		ExchangeState before = ExchangeState.of(exchange);
		return prove(exchange, before, token, accepted).then(Mono.defer(() -> {
			if (this.middleware.unauthorizedPolicy().isRetry()) {
				return drop(exchange, token) ? replay(exchange, before) : Mono.empty();
			}
			dropOnly(exchange, token);
			return Mono.empty();
		}));
	}

	/** If the service wants a nonce in the proof, it gets the same token once more. */
	private Mono<Void> prove(ServerWebExchange exchange, ExchangeState before, AccessToken token,
			ClaimsVerdict.Accepted accepted) {
		Mono<Void> sent = forward(exchange, token, accepted);
		if (this.key == null) {
			return sent;
		}
		return sent.then(Mono.defer(() -> {
			if (exchange.getResponse().isCommitted() || !takesNonce(BoundToken.nonceOrigin(exchange))) {
				return Mono.empty();
			}
			startOver(exchange, before);
			return prove(exchange, before, token, accepted);
		}));
	}

	private boolean takesNonce(@Nullable String origin) {
		return origin != null && this.noncesTaken.size() < MOST_NONCES && this.noncesTaken.add(origin);
	}

	private static void startOver(ServerWebExchange exchange, ExchangeState before) {
		ServerWebExchangeUtils.reset(exchange);
		before.restore(exchange);
	}

	private void dropOnly(ServerWebExchange exchange, AccessToken token) {
		if (drop(exchange, token)) {
			count(TokenEvent.DROPPED);
		}
	}

	private boolean drop(ServerWebExchange exchange, AccessToken token) {
		if (!isRefused(exchange.getResponse())) {
			return false;
		}
		boolean dropped = this.middleware.tokens().drop(this.request, token);
		if (!dropped) {
			count(TokenEvent.KEPT);
		}
		Decisions.tell(exchange, this.middleware.grant().name(),
				dropped ? "the service refuses the token, which is dropped"
						: "the service refuses the token, which is too new to be dropped");
		return dropped;
	}

	private void tell(ServerWebExchange exchange, Problem problem) {
		Decisions.tell(exchange, this.middleware.grant().name(), problem);
	}

	private void count(TokenEvent event) {
		this.middleware.activity().count(event);
	}

	private Mono<Void> replay(ServerWebExchange exchange, ExchangeState before) {
		return this.middleware.tokens()
			.getToken(this.request, Admission.FREE)
			// Without another token, the service's answer is the one there is.
			.onErrorResume(AccessTokenException.class, (ex) -> {
				count(TokenEvent.DROPPED);
				return Mono.empty();
			})
			.flatMap((another) -> {
				count(TokenEvent.REPLAYED);
				Decisions.tell(exchange, this.middleware.grant().name(), "it is sent once more, with another token");
				startOver(exchange, before);
				ClientUsername.forget(exchange);
				ClaimsVerdict verdict = this.middleware.verdictOn(another);
				return (verdict instanceof ClaimsVerdict.Accepted accepted) ? prove(exchange, before, another, accepted)
						: refuse(exchange, verdict);
			});
	}

	private Mono<Void> refuse(ServerWebExchange exchange, ClaimsVerdict verdict) {
		Problem problem = this.middleware.problemOf(verdict);
		tell(exchange, problem);
		return ProblemWriter.write(exchange, problem, null);
	}

	private Mono<Void> forward(ServerWebExchange exchange, AccessToken token, ClaimsVerdict.Accepted accepted) {
		ClientUsername.note(exchange, accepted.username());
		if (this.key != null) {
			BoundToken.note(exchange, token, this.key);
		}
		ServerHttpRequest authorized = exchange.getRequest()
			.mutate()
			.headers((headers) -> authorize(headers, token, accepted))
			.build();
		return this.chain.filter(exchange.mutate().request(authorized).build());
	}

	private void authorize(HttpHeaders headers, AccessToken token, ClaimsVerdict.Accepted accepted) {
		ForwardedHeaders forwarded = this.middleware.forwardedHeaders();
		forwarded.write(headers, accepted.headerValues());
		headers.set(HttpHeaders.AUTHORIZATION, token.authorization());
		// For the gateway, if for anybody (RFC 9110, section 11.7.2).
		headers.remove(HeaderNames.PROXY_AUTHORIZATION);
		headers.remove(HeaderNames.PROXY_AUTHORIZATION_OF_CGI);
		if (this.key != null) {
			headers.remove(DpopProofs.HEADER);
		}
		keepThroughConnection(headers, forwarded);
	}

	/**
	 * A caller could else take the token away again: what {@code Connection} names is
	 * removed as hop-by-hop (RFC 9110, section 7.6.1).
	 */
	private void keepThroughConnection(HttpHeaders headers, ForwardedHeaders forwarded) {
		ListedNames.remove(headers, HeaderNames.CONNECTION, (name) -> HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name)
				|| forwarded.isOne(name) || (this.key != null && DpopProofs.HEADER.equalsIgnoreCase(name)));
	}

	private boolean isRefused(ServerHttpResponse response) {
		UnauthorizedPolicy policy = this.middleware.unauthorizedPolicy();
		if (policy.isOff() || response.getStatusCode() != HttpStatus.UNAUTHORIZED || response.isCommitted()) {
			return false;
		}
		if (policy.anyChallenge()) {
			// Another token would lack the nonce as well.
			return this.key == null || !TokenChallenge.saysUseNonce(response.getHeaders());
		}
		return TokenChallenge.saysInvalidToken(response.getHeaders());
	}

	/** Only a length that is declared says beforehand whether the body fits. */
	private static long lengthOf(HttpHeaders headers) {
		if (headers.containsHeader(HeaderNames.TRANSFER_ENCODING)) {
			return Long.MAX_VALUE;
		}
		return headers.containsHeader(HeaderNames.CONTENT_LENGTH) ? Math.max(0, headers.getContentLength()) : 0;
	}

}
