package io.oauthcc.gateway.filter;

import java.time.Duration;

import io.oauthcc.gateway.attempt.FailedAttempts;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.web.server.ServerWebExchange;

/**
 * Obtains the token that a request needs and sends the request on with it; or answers,
 * and sends nothing on.
 */
final class TokenFilter implements GatewayFilter {

	/** A secret that comes is there within seconds. */
	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final ManagedMiddleware middleware;

	private final FailedAttempts attempts;

	/**
	 * Create a filter.
	 * @param middleware tells the settings, which may change while the gateway runs
	 * @param attempts turns away who tries too many credentials
	 */
	TokenFilter(ManagedMiddleware middleware, FailedAttempts attempts) {
		this.middleware = middleware;
		this.attempts = attempts;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		if (!(this.middleware.get() instanceof Middleware middleware)) {
			Decisions.tell(exchange, middlewareName(), Problem.SECRET_MISSING);
			return ProblemWriter.write(exchange, Problem.SECRET_MISSING, RETRY_AFTER);
		}
		AccessTokenRequest request = middleware.requestFor(exchange.getRequest().getHeaders());
		if (request == null) {
			Decisions.tell(exchange, middlewareName(), Problem.CREDENTIALS_MISSING);
			return ProblemWriter.write(exchange, Problem.CREDENTIALS_MISSING, null);
		}
		AccessTokenSource tokens = middleware.tokens();
		UpstreamCall call = new UpstreamCall(middleware, chain, request);
		AccessToken token = tokens.find(request);
		if (token != null) {
			Decisions.tell(exchange, middlewareName(), "its token is in memory");
			return call.send(exchange, token);
		}
		Decisions.tell(exchange, middlewareName(), "its token is not in memory, it is obtained or waited for");
		return tokens.getToken(request, this.attempts.of(exchange, request, middleware.attemptLimits()))
			// Only up to here: what goes wrong on the way to the upstream is no fault of
			// the token.
			.onErrorResume(AccessTokenException.class, (ex) -> answer(exchange, middleware, ex))
			.publishOn(ConnectionScheduler.of(exchange.getRequest()))
			.flatMap((obtained) -> {
				Decisions.tell(exchange, middlewareName(), "its token has come");
				return call.send(exchange, obtained);
			});
	}

	private static Mono<AccessToken> answer(ServerWebExchange exchange, Middleware middleware,
			AccessTokenException ex) {
		Problem problem = Problem.of(ex, middleware.isApplicationLevel());
		Decisions.tell(exchange, middleware.grant().name(), problem);
		return ProblemWriter.write(exchange, problem, ex.getRetryAfter()).then(Mono.empty());
	}

	/** The name of its middleware. */
	String middlewareName() {
		return this.middleware.name();
	}

	@Override
	public String toString() {
		return this.middleware.get().toString();
	}

}
