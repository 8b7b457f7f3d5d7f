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
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.web.server.ServerWebExchange;

/**
 * Turns away whoever tries one pair of client id and secret after the other. Counts by
 * address, and by address and client id: never by client id alone, which would let
 * anybody lock its owner out.
 * <p>
 * Safe for use by many threads.
 */
public final class FailedAttempts {

	private static final Logger logger = LoggerFactory.getLogger(FailedAttempts.class);

	private static final int MAXIMUM_ADDRESSES = 10_000;

	private static final int MAXIMUM_CLIENTS = 50_000;

	private static final Duration PAUSE_OF_LOG = Duration.ofSeconds(10);

	private final TokenKeyGenerator keys = new TokenKeyGenerator();

	private final Clock clock;

	private final Cache<TokenKey, CredentialWindow> byAddress;

	private final Cache<TokenKey, CredentialWindow> byClient;

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

	private Cache<TokenKey, CredentialWindow> cache(int maximumSize) {
		return Caffeine.newBuilder()
			.maximumSize(maximumSize)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(this.clock.millis()))
			.expireAfter(Expiry.<TokenKey, CredentialWindow>accessing((key, window) -> window.window()))
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
	public Admission of(ServerWebExchange exchange, AccessTokenRequest request, AttemptLimits limits) {
		return new Attempt(exchange, request, limits);
	}

	private void warn(AccessTokenRequest request) {
		long now = this.clock.millis();
		long next = this.nextLog.get();
		if (now >= next && this.nextLog.compareAndSet(next, now + PAUSE_OF_LOG.toMillis())) {
			logger.atWarn()
				.addKeyValue("middleware", request.grant().name())
				.log("Too many credentials from one address were refused for {}: it gets 429 (see 'attempts')",
						request.grant().name());
		}
	}

	/**
	 * One call whose credentials may be refused; looks at the call only when it is asked.
	 */
	private final class Attempt implements Admission {

		private final ServerWebExchange exchange;

		private final AccessTokenRequest request;

		private final AttemptLimits limits;

		private @Nullable Entry entry;

		private Attempt(ServerWebExchange exchange, AccessTokenRequest request, AttemptLimits limits) {
			this.exchange = exchange;
			this.request = request;
			this.limits = limits;
		}

		@Override
		public @Nullable AccessTokenException tryEnter() {
			Entry entry = createEntry();
			Duration wait = entry.tryEnter(FailedAttempts.this.clock.millis());
			if (wait == null) {
				this.entry = entry;
				return null;
			}
			warn(this.request);
			return new AccessTokenException(AccessTokenFailure.TOO_MANY_ATTEMPTS, "Too many credentials were refused",
					wait);
		}

		@Override
		public void leave(boolean refused) {
			Entry entry = this.entry;
			if (entry != null) {
				entry.leave(refused, FailedAttempts.this.clock.millis());
			}
		}

		private Entry createEntry() {
			String address = CallerAddress.of(this.exchange, this.limits.maxTrustedIndex());
			ClientCredentials credentials = this.request.credentials();
			// Without the route's scopes: one wrong secret on many routes is still one.
			long credential = FailedAttempts.this.keys.keyOf(credentials.clientId(), credentials.clientSecret())
				.first();
			return new Entry(credential, windowOf(FailedAttempts.this.byAddress, this.limits.perAddress(), address),
					windowOf(FailedAttempts.this.byClient, this.limits.perClient(), address, credentials.clientId()));
		}

		/**
		 * Middlewares that ask the same endpoint alike and allow the same count together.
		 */
		private CredentialWindow windowOf(Cache<TokenKey, CredentialWindow> cache, int limit, String... origin) {
			ClientCredentialsGrant grant = this.request.grant();
			TokenKey key = FailedAttempts.this.keys.keyOf(grant.tokenEndpoint().uri().toString(),
					grant.clientAuthentication().name(), this.limits.toString(), String.join(" ", origin));
			return cache.get(key, (absent) -> new CredentialWindow(this.limits.window(), limit));
		}

	}

	private record Entry(long credential, CredentialWindow ofAddress, CredentialWindow ofClient) {

		@Nullable Duration tryEnter(long now) {
			Duration wait = this.ofAddress.tryEnter(this.credential, now);
			if (wait != null) {
				return wait;
			}
			wait = this.ofClient.tryEnter(this.credential, now);
			if (wait != null) {
				this.ofAddress.leave(this.credential, false, now);
			}
			return wait;
		}

		void leave(boolean refused, long now) {
			this.ofAddress.leave(this.credential, refused, now);
			this.ofClient.leave(this.credential, refused, now);
		}

	}

}
