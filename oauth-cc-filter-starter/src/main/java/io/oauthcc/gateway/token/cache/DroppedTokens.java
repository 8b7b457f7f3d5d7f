package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * The token of each key that was dropped last, so that it does not come back from a store
 * that has not heard of it yet.
 */
final class DroppedTokens {

	private static final int MAXIMUM_SIZE = 10_000;

	private final Cache<TokenKey, AccessToken> dropped;

	DroppedTokens(Clock clock) {
		this.dropped = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_SIZE)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.expireAfter(Expiry
				.<TokenKey, AccessToken>writing((key, token) -> Duration.between(clock.instant(), token.expiresAt())))
			.executor(Runnable::run)
			.build();
	}

	@Nullable AccessToken find(TokenKey key) {
		return this.dropped.getIfPresent(key);
	}

	/**
	 * Remember a token.
	 * @return {@code false} if it was the last one already
	 */
	boolean add(TokenKey key, AccessToken token) {
		return this.dropped.asMap().put(key, token) != token;
	}

}
