package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * When all tokens of a grant were dropped, for as long as one that was asked for before
 * may still come.
 */
final class DroppedFamilies {

	/** The longest acquisition, and time to spare. */
	private static final Duration KEPT = Duration.ofMinutes(6);

	private static final int MAXIMUM_SIZE = 10_000;

	private final Clock clock;

	private final Cache<TokenKey, Instant> dropped;

	DroppedFamilies(Clock clock) {
		this.clock = clock;
		this.dropped = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_SIZE)
			.expireAfterWrite(KEPT)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.executor(Runnable::run)
			.build();
	}

	void add(TokenKey family) {
		this.dropped.put(family, this.clock.instant());
	}

	/** Whether a token was asked for before, or as, all were dropped. */
	boolean isDropped(TokenKey family, AccessToken token) {
		@Nullable Instant at = this.dropped.getIfPresent(family);
		return at != null && !token.issuedAt().isAfter(at);
	}

}
