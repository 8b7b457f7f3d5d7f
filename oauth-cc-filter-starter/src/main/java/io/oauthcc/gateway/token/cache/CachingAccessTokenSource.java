package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Instant;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.CachePolicy;
import io.oauthcc.gateway.token.TokenKey;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;

/**
 * Takes a token out of memory while it is usable, and else asks the token endpoint, with
 * one request in flight for all who want the same token. A token in use is renewed in the
 * background before it is no longer usable.
 * <p>
 * A failure is not kept. Nor is a token whose lifetime is not positive: it serves those
 * who wait for it.
 * <p>
 * Safe for use by many threads.
 */
public final class CachingAccessTokenSource implements AccessTokenSource, DisposableBean {

	private final AccessTokenClient client;

	private final Clock clock;

	private final AccessTokenCache cache;

	private final SingleFlight<TokenKey, AccessToken> requests = new SingleFlight<>();

	private final TokenRequestLog log;

	/**
	 * Create a source with nothing in memory.
	 * @param client asks the token endpoint
	 * @param clock tells which tokens are still usable
	 * @param maximumSize how many tokens are kept at most
	 */
	public CachingAccessTokenSource(AccessTokenClient client, Clock clock, long maximumSize) {
		this.client = client;
		this.clock = clock;
		this.cache = new AccessTokenCache(clock, maximumSize);
		this.log = new TokenRequestLog(clock);
	}

	@Override
	public Mono<AccessToken> getToken(AccessTokenRequest request) {
		CachedToken cached = this.cache.find(request.key());
		if (cached == null) {
			return this.requests.join(request.key(), Mono.defer(() -> obtain(request)));
		}
		if (cached.claimRenewal(this.clock.millis())) {
			renew(request, cached);
		}
		return Mono.just(cached.token());
	}

	private Mono<AccessToken> obtain(AccessTokenRequest request) {
		// Whoever had the request in flight before this one may have just kept its token.
		CachedToken cached = this.cache.find(request.key());
		return (cached != null) ? Mono.just(cached.token()) : send(request);
	}

	/** The token stays in use meanwhile; the one who found it due waits for nothing. */
	private void renew(AccessTokenRequest request, CachedToken cached) {
		Mono<AccessToken> renewal = Mono.defer(() -> send(request))
			.doOnError((error) -> cached.renewalFailed(this.clock.millis(), error));
		this.requests.launch(request.key(), renewal);
	}

	private Mono<AccessToken> send(AccessTokenRequest request) {
		Instant requestedAt = this.clock.instant();
		CachePolicy policy = request.grant().cachePolicy();
		return this.client.send(request)
			.doOnError(AccessTokenException.class, (ex) -> this.log.failed(request, ex))
			.map((response) -> policy.accept(response, requestedAt))
			.doOnNext((token) -> this.cache.keep(request.key(),
					new CachedToken(request.key(), token, policy.refreshAhead())));
	}

	/**
	 * End what is under way and forget all tokens.
	 */
	@Override
	public void destroy() {
		this.requests.dispose();
		this.cache.clear();
	}

}
