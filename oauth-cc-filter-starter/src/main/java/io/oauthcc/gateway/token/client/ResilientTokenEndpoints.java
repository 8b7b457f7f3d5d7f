package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Asks token endpoints with retries, and each behind a circuit breaker and a bulkhead of
 * its own, which are forgotten when nobody has asked it for a while.
 * <p>
 * Safe for use by many threads.
 */
public final class ResilientTokenEndpoints implements TokenEndpoints {

	/** Much longer than any acquisition takes. */
	static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(30);

	static final int MAXIMUM_ENDPOINTS = 10_000;

	/** For a client that does not keep its own time limit. */
	private static final Duration GRACE = Duration.ofMillis(500);

	private final AccessTokenClient client;

	private final Clock clock;

	private final LoadingCache<TokenEndpointId, TokenEndpoint> endpoints;

	/**
	 * Create token endpoints of which nothing is known yet.
	 * @param client sends a request
	 * @param settings of each endpoint's circuit breaker and bulkhead
	 * @param clock tells when an endpoint may be asked again
	 */
	public ResilientTokenEndpoints(AccessTokenClient client, ResilienceSettings settings, Clock clock) {
		this.client = client;
		this.clock = clock;
		// Made here, since its random key may have to be waited for.
		TokenKeyGenerator keys = new TokenKeyGenerator();
		this.endpoints = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_ENDPOINTS)
			.expireAfterAccess(FORGOTTEN_AFTER)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.executor(Runnable::run)
			.build((id) -> new TokenEndpoint(id, settings, keys, clock));
	}

	@Override
	public Mono<AccessToken> ask(AccessTokenRequest request, Standing standing, Instant deadline) {
		TokenEndpointId id = TokenEndpointId.of(request.grant());
		TokenEndpoint endpoint = this.endpoints.get(id);
		return endpoint.within(standing, deadline,
				Acquisition.of(request.grant().limits(), deadline, this.clock, (timeout) -> endpoint.call(request,
						standing, send(request, timeout), timeout.compareTo(id.timeout()) < 0)));
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		this.client.prepare(grant);
	}

	@Override
	public EndpointState stateOf(ClientCredentialsGrant grant) {
		TokenEndpoint endpoint = this.endpoints.getIfPresent(TokenEndpointId.of(grant));
		return (endpoint != null) ? endpoint.state() : EndpointState.CLOSED;
	}

	private Mono<AccessToken> send(AccessTokenRequest request, Duration timeout) {
		return Mono.defer(() -> {
			Instant requestedAt = this.clock.instant();
			return subscribable(request, timeout)
				// Whoever holds a lease waits for a token or an error.
				.switchIfEmpty(Mono.error(() -> new AccessTokenException(AccessTokenFailure.BAD_ANSWER,
						"The client for token requests ended without an answer")))
				.map((response) -> request.grant().cachePolicy().accept(response, requestedAt))
				.map((token) -> token.ofType(request.grant().tokenType()))
				.timeout(timeout.plus(GRACE), Mono.error(() -> new AccessTokenException(AccessTokenFailure.TIMEOUT,
						"The client did not keep to the time limit")));
		});
	}

	/** Reactor throws what it holds for fatal, and what was taken is never given back. */
	private Mono<AccessTokenResponse> subscribable(AccessTokenRequest request, Duration timeout) {
		return Mono.create((sink) -> {
			try {
				sink.onCancel(this.client.send(request, timeout)
					.subscribe(sink::success, sink::error, sink::success, Context.of(sink.contextView())));
			}
			catch (LinkageError ex) {
				sink.error(new IllegalStateException("The client for token requests does not work", ex));
			}
		});
	}

}
