package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * What token endpoints refused a moment ago, so that the same request, secret included,
 * does not go there again at once. Apart from the tokens, which garbage cannot push out.
 */
final class RememberedRefusals {

	private static final int MAXIMUM_SIZE = 10_000;

	private final Cache<TokenKey, Refusal> refusals;

	RememberedRefusals(Clock clock) {
		this.refusals = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_SIZE)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.expireAfter(Expiry.<TokenKey, Refusal>writing((key, refusal) -> refusal.ttl()))
			.executor(Runnable::run)
			.build();
	}

	@Nullable AccessTokenException find(TokenKey key) {
		Refusal refusal = this.refusals.getIfPresent(key);
		return (refusal != null) ? refusal.exception() : null;
	}

	/**
	 * Remembers a refusal, or a token that is not used; no other failure says anything
	 * about the next request.
	 */
	void remember(AccessTokenRequest request, AccessTokenException ex) {
		Duration ttl = request.grant().cachePolicy().refusalTtl();
		if (ex.getFailure().isLasting() && !ttl.isZero()) {
			this.refusals.put(request.key(), new Refusal(request.family(), ex, ttl));
		}
	}

	/** Tells the key of the grant of each. */
	void forEach(Consumer<TokenKey> families) {
		this.refusals.asMap().values().forEach((refusal) -> families.accept(refusal.family()));
	}

	void clear() {
		this.refusals.invalidateAll();
	}

	private record Refusal(TokenKey family, AccessTokenException exception, Duration ttl) {

	}

}
