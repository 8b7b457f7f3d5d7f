package io.oauthcc.gateway.attempt;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * Turns away whoever tries one pair of client id and secret after the other. Counts by
 * address, and by address and client id: never by client id alone, which would let
 * anybody lock its owner out.
 * <p>
 * Safe for use by many threads.
 */
public final class FailedAttempts {

	private static final Log logger = LogFactory.getLog(FailedAttempts.class);

	private static final int MAXIMUM_ADDRESSES = 10_000;

	private static final int MAXIMUM_CLIENTS = 50_000;

	private static final Duration PAUSE_OF_LOG = Duration.ofSeconds(10);

	private final TokenKeyGenerator keys = new TokenKeyGenerator();

	private final Clock clock;

	private final Cache<TokenKey, RefusedCredentials> byAddress;

	private final Cache<TokenKey, RefusedCredentials> byClient;

	private final AtomicLong nextLog = new AtomicLong();

	/**
	 * Create with no attempt seen yet.
	 * @param clock tells when an attempt is long enough ago
	 */
	public FailedAttempts(Clock clock) {
		this.clock = clock;
		this.byAddress = cache(MAXIMUM_ADDRESSES);
		this.byClient = cache(MAXIMUM_CLIENTS);
	}

	private Cache<TokenKey, RefusedCredentials> cache(int maximumSize) {
		return Caffeine.newBuilder()
			.maximumSize(maximumSize)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(this.clock.millis()))
			.expireAfter(Expiry.<TokenKey, RefusedCredentials>accessing((key, refused) -> refused.window()))
			.executor(Runnable::run)
			.build();
	}

	/**
	 * The attempt that a call makes, if it is one.
	 * @param exchange the call
	 * @param request the token request that it needs
	 * @param limits what its middleware allows
	 * @return the attempt
	 */
	public Attempt of(ServerWebExchange exchange, AccessTokenRequest request, AttemptLimits limits) {
		return new Attempt(exchange, request, limits);
	}

	private void warn(AccessTokenRequest request) {
		long now = this.clock.millis();
		long next = this.nextLog.get();
		if (now >= next && this.nextLog.compareAndSet(next, now + PAUSE_OF_LOG.toMillis())) {
			logger.warn("Too many credentials from one address were refused for %s: it gets 429 (see 'attempts')"
				.formatted(request.grant().name()));
		}
	}

	/**
	 * One call whose credentials may be refused.
	 */
	public final class Attempt implements Admission {

		private final ServerWebExchange exchange;

		private final AccessTokenRequest request;

		private final AttemptLimits limits;

		private Attempt(ServerWebExchange exchange, AccessTokenRequest request, AttemptLimits limits) {
			this.exchange = exchange;
			this.request = request;
			this.limits = limits;
		}

		@Override
		public @Nullable AccessTokenException refusal() {
			String address = CallerAddress.of(this.exchange, this.limits.maxTrustedIndex());
			Duration wait = longer(waitOf(FailedAttempts.this.byAddress, keyOf(address)),
					waitOf(FailedAttempts.this.byClient, keyOf(address, clientId())));
			if (wait == null) {
				return null;
			}
			warn(this.request);
			return new AccessTokenException(AccessTokenFailure.TOO_MANY_ATTEMPTS, "Too many credentials were refused",
					wait);
		}

		private @Nullable Duration waitOf(Cache<TokenKey, RefusedCredentials> cache, TokenKey key) {
			RefusedCredentials refused = cache.getIfPresent(key);
			return (refused != null) ? refused.waitAt(FailedAttempts.this.clock.millis()) : null;
		}

		private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
			if (one == null || other == null) {
				return (one != null) ? one : other;
			}
			return (one.compareTo(other) > 0) ? one : other;
		}

		/**
		 * Count it: the token endpoint has refused the credentials.
		 */
		public void refused() {
			String address = CallerAddress.of(this.exchange, this.limits.maxTrustedIndex());
			// Without the route's options: one wrong secret on many routes is still one.
			long credential = FailedAttempts.this.keys.keyOf(clientId(), this.request.credentials().clientSecret())
				.first();
			add(FailedAttempts.this.byAddress, keyOf(address), this.limits.perAddress(), credential);
			add(FailedAttempts.this.byClient, keyOf(address, clientId()), this.limits.perClient(), credential);
		}

		private void add(Cache<TokenKey, RefusedCredentials> cache, TokenKey key, int limit, long credential) {
			cache.get(key, (absent) -> new RefusedCredentials(this.limits.window(), limit))
				.add(credential, FailedAttempts.this.clock.millis());
		}

		/** Middlewares that ask the same endpoint and allow the same count together. */
		private TokenKey keyOf(String... origin) {
			return FailedAttempts.this.keys.keyOf(this.request.grant().tokenUri().toString(), this.limits.toString(),
					String.join(" ", origin));
		}

		private String clientId() {
			return this.request.credentials().clientId();
		}

	}

}
