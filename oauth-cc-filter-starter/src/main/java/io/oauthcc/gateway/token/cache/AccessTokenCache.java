package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * Usable tokens in memory: at most so many, and each no longer than it is usable.
 */
final class AccessTokenCache {

	private final Clock clock;

	private final Cache<TokenKey, CachedToken> tokens;

	private final LongAdder pushedOut = new LongAdder();

	/**
	 * Create a cache with nothing in it.
	 * @param clock tells which tokens are usable
	 * @param ticker tells when those that are not leave the heap. Not the clock: it goes
	 * by milliseconds and may be set, and where it comes behind what the scheduler waits
	 * for, Caffeine looks no more until somebody asks.
	 * @param maximumSize how many tokens there are at most
	 */
	AccessTokenCache(Clock clock, Ticker ticker, long maximumSize) {
		this.clock = clock;
		this.tokens = Caffeine.newBuilder()
			.maximumSize(maximumSize)
			.ticker(ticker)
			.expireAfter(Expiry.<TokenKey, CachedToken>writing(
					(key, cached) -> Duration.between(clock.instant(), cached.token().usableUntil())))
			.evictionListener((@Nullable TokenKey key, @Nullable CachedToken cached, RemovalCause cause) -> {
				if (cause == RemovalCause.SIZE) {
					this.pushedOut.increment();
				}
			})
			// A few instructions every few reads: less than to wake another thread for
			// them.
			.executor(Runnable::run)
			// An expired token leaves the heap though nobody asks for it again.
			.scheduler(Scheduler.systemScheduler())
			.build();
	}

	@Nullable CachedToken find(TokenKey key) {
		CachedToken cached = this.tokens.getIfPresent(key);
		return (cached != null && isUsable(cached, this.clock.millis())) ? cached : null;
	}

	void keep(TokenKey key, CachedToken cached) {
		if (isUsable(cached, this.clock.millis())) {
			this.tokens.put(key, cached);
		}
	}

	private static boolean isUsable(CachedToken cached, long now) {
		return cached.token().isUsableAt(now) && !cached.family().isDropped();
	}

	/** Forgets exactly this one, and no other that may have taken its place. */
	void remove(TokenKey key, CachedToken cached) {
		this.tokens.asMap().remove(key, cached);
	}

	/** All usable tokens. */
	void forEach(Consumer<CachedToken> tokens) {
		long now = this.clock.millis();
		this.tokens.asMap().values().forEach((cached) -> {
			if (isUsable(cached, now)) {
				tokens.accept(cached);
			}
		});
	}

	/** How many tokens others have pushed out, since there is room for so many only. */
	long pushedOut() {
		return this.pushedOut.sum();
	}

	void clear() {
		this.tokens.invalidateAll();
	}

	long estimatedSize() {
		return this.tokens.estimatedSize();
	}

	long size() {
		this.tokens.cleanUp();
		return this.tokens.estimatedSize();
	}

}
