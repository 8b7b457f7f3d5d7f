package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The clients that one token endpoint has told to wait, with HTTP 429. Newcomers are
 * apart from those who were accepted before: whoever guesses at a client's secret has its
 * owner wait for nothing.
 */
final class ThrottledClients {

	private static final int MAXIMUM_CLIENTS = 10_000;

	private final TokenKeyGenerator keys;

	private final Clock clock;

	private final Cache<TokenKey, Long> until;

	ThrottledClients(TokenKeyGenerator keys, Clock clock) {
		this.keys = keys;
		this.clock = clock;
		this.until = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_CLIENTS)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.expireAfter(Expiry.<TokenKey, Long>writing((key, until) -> Duration.ofMillis(until - this.clock.millis())))
			.executor(Runnable::run)
			.build();
	}

	@Nullable Duration waitOf(AccessTokenRequest request, Standing standing) {
		if (this.until.estimatedSize() == 0) {
			return null;
		}
		Long until = this.until.getIfPresent(keyOf(request, standing));
		long now = this.clock.millis();
		return (until != null && until > now) ? Duration.ofMillis(until - now) : null;
	}

	void throttle(AccessTokenRequest request, Standing standing, Duration wait) {
		this.until.asMap().merge(keyOf(request, standing), this.clock.millis() + wait.toMillis(), Math::max);
	}

	private TokenKey keyOf(AccessTokenRequest request, Standing standing) {
		return this.keys.keyOf(request.credentials().clientId(),
				(standing == Standing.NEWCOMER) ? "newcomer" : "known");
	}

}
