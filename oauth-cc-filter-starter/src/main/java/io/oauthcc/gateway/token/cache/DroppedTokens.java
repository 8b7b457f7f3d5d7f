package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

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

	/** Longer than a token is under way. */
	private static final Duration UNSEEN = Duration.ofMinutes(1);

	private final Cache<TokenKey, AccessToken> dropped;

	private final Cache<TokenKey, Predicate<AccessToken>> unseen;

	DroppedTokens(Clock clock) {
		this.dropped = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_SIZE)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.expireAfter(Expiry
				.<TokenKey, AccessToken>writing((key, token) -> Duration.between(clock.instant(), token.expiresAt())))
			.executor(Runnable::run)
			.build();
		this.unseen = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_SIZE)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.expireAfterWrite(UNSEEN)
			.executor(Runnable::run)
			.build();
	}

	@Nullable AccessToken find(TokenKey key) {
		return this.dropped.getIfPresent(key);
	}

	/**
	 * Remember a token, unless a later one was dropped meanwhile.
	 * @return {@code false} if it was the last one already
	 */
	boolean add(TokenKey key, AccessToken token) {
		if (this.dropped.getIfPresent(key) == token) {
			return false;
		}
		return this.dropped.asMap()
			.merge(key, token, (last, next) -> next.issuedAt().isBefore(last.issuedAt()) ? last : next) == token;
	}

	/**
	 * Remember a token that may be on its way here: another gateway has dropped it.
	 * @param evicted tells it from others with the same key
	 */
	void addUnseen(TokenKey key, Predicate<AccessToken> evicted) {
		this.unseen.put(key, evicted);
	}

	/** Whether another gateway had dropped a token before it was here. */
	boolean isDropped(TokenKey key, AccessToken token) {
		Predicate<AccessToken> evicted = this.unseen.getIfPresent(key);
		return evicted != null && evicted.test(token);
	}

}
