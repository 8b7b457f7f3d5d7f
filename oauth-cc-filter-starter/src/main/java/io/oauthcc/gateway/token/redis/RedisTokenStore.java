package io.oauthcc.gateway.token.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores.EvictionListener;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Tokens in Redis, each encrypted under its key. Of all gateways one asks the token
 * endpoint, under a {@link Lease}; the others wait until it has written what it got, or
 * until they lose patience.
 */
final class RedisTokenStore implements TokenStore, Disposable {

	private static final long SHORTEST_POLL = 50;

	private static final long LONGEST_POLL = 150;

	private static final int MAXIMUM_UNWRITTEN = 10_000;

	private final StoreSettings settings;

	private final RedisCommands commands;

	private final Clock clock;

	private final String gateway;

	private final AtomicLong leases = new AtomicLong();

	/** What is written under; the first one. The others are read only. */
	private final List<Epoch> epochs;

	private final ConcurrentMap<TokenKey, Sinks.One<Boolean>> waiting = new ConcurrentHashMap<>();

	private final Cache<TokenKey, AccessToken> unwritten;

	private final Disposable.Composite background = Disposables.composite();

	RedisTokenStore(StoreSettings settings, RedisCommands commands, Clock clock, String gateway) {
		this.settings = settings;
		this.commands = commands;
		this.clock = clock;
		this.gateway = gateway;
		this.unwritten = Caffeine.newBuilder()
			.maximumSize(MAXIMUM_UNWRITTEN)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.expireAfter(Expiry
				.<TokenKey, AccessToken>writing((key, token) -> Duration.between(clock.instant(), token.usableUntil())))
			.executor(Runnable::run)
			.build();
		this.epochs = Stream.concat(Stream.of(settings.secret()), settings.previousSecrets().stream())
			.map(Epoch::of)
			.toList();
	}

	@Override
	public TokenKeyGenerator keys() {
		return this.epochs.get(0).keys();
	}

	@Override
	public Mono<AccessToken> find(AccessTokenRequest request, @Nullable AccessToken outdated) {
		return Flux.fromIterable(this.epochs)
			.concatMap((epoch) -> read(epoch, request))
			.filter((token) -> isNews(token, outdated))
			.next();
	}

	private Mono<AccessToken> read(Epoch epoch, AccessTokenRequest request) {
		return Mono.defer(() -> {
			String key = entryKey(epoch.keyOf(request));
			return this.commands.get(key).mapNotNull((entry) -> open(epoch, key, entry, request));
		});
	}

	private static @Nullable AccessToken open(Epoch epoch, String key, byte[] entry, AccessTokenRequest request) {
		byte[] plain = epoch.cipher().decrypt(entry, key);
		StoredToken stored = (plain != null) ? StoredToken.of(plain) : null;
		return (stored != null) ? request.grant()
			.cachePolicy()
			.accept(stored.value(), stored.scopes(), stored.issuedAt(), stored.expiresAt()) : null;
	}

	private boolean isNews(AccessToken token, @Nullable AccessToken outdated) {
		return token.isUsableAt(this.clock.millis())
				&& (outdated == null || token.issuedAt().isAfter(outdated.issuedAt()));
	}

	@Override
	public Mono<AccessToken> fetchOnce(AccessTokenRequest request, @Nullable AccessToken outdated,
			Mono<AccessToken> fetch) {
		return Mono.defer(
				() -> attempt(new Wish(request, outdated, fetch, this.clock.instant().plus(this.settings.patience()))));
	}

	private Mono<AccessToken> attempt(Wish wish) {
		Lease lease = new Lease(this.commands, leaseKeys(wish.request()), this.gateway + this.leases.incrementAndGet(),
				this.settings.lease());
		return lease.take().flatMap((state) -> switch (state) {
			case HELD -> lease.hold(() -> find(wish.request(), wish.outdated()).switchIfEmpty(fetch(wish)));
			case TAKEN -> waitForOther(wish);
			case UNKNOWN -> fetch(wish);
		});
	}

	private Mono<AccessToken> fetch(Wish wish) {
		TokenKey key = wish.request().key();
		return wish.fetch().delayUntil((token) -> write(key, token, this.commands::set));
	}

	/** Whoever holds the lease may have died, so that it is tried again. */
	private Mono<AccessToken> waitForOther(Wish wish) {
		if (this.clock.instant().isAfter(wish.patientUntil())) {
			return fetch(wish);
		}
		TokenKey key = wish.request().key();
		Sinks.One<Boolean> written = this.waiting.computeIfAbsent(key, (absent) -> Sinks.one());
		return Mono.firstWithSignal(written.asMono(), Mono.delay(poll()).thenReturn(false))
			.flatMap((any) -> find(wish.request(), wish.outdated()).switchIfEmpty(Mono.defer(() -> attempt(wish))))
			.doFinally((signal) -> this.waiting.remove(key, written));
	}

	private static Duration poll() {
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(SHORTEST_POLL, LONGEST_POLL));
	}

	private Mono<Boolean> write(TokenKey tokenKey, AccessToken token, Writer writer) {
		Duration left = Duration.between(this.clock.instant(), token.expiresAt());
		if (!token.isUsableAt(this.clock.millis()) || left.toMillis() <= 0) {
			return Mono.empty();
		}
		String key = entryKey(tokenKey);
		byte[] entry = this.epochs.get(0).cipher().encrypt(StoredToken.of(token).toBytes(), key);
		return writer.write(key, entry, left)
			.delayUntil((done) -> publish(this.epochs.get(0), StoreEvent.Kind.WRITTEN, tokenKey, token))
			.switchIfEmpty(Mono.fromRunnable(() -> this.unwritten.put(tokenKey, token)));
	}

	/** Redis is there again: what could not be written is, where no other gateway has. */
	void writeBack() {
		Map<TokenKey, AccessToken> pending = Map.copyOf(this.unwritten.asMap());
		pending.keySet().forEach(this.unwritten::invalidate);
		inBackground(Flux.fromIterable(pending.entrySet())
			.concatMap((entry) -> write(entry.getKey(), entry.getValue(), this.commands::setIfAbsent)));
	}

	private void inBackground(Flux<?> work) {
		Disposable.Swap subscription = Disposables.swap();
		this.background.add(subscription);
		subscription.update(work.doFinally((signal) -> this.background.remove(subscription)).subscribe());
	}

	private Mono<Long> publish(Epoch epoch, StoreEvent.Kind kind, TokenKey key, AccessToken token) {
		byte[] event = new StoreEvent(kind, key, epoch.fingerprint(token)).toBytes();
		return this.commands.publish(channel(), epoch.cipher().encrypt(event, channel()));
	}

	@Override
	public void evict(AccessTokenRequest request, AccessToken dropped) {
		this.unwritten.invalidate(request.key());
		inBackground(Flux.fromIterable(this.epochs).concatMap((epoch) -> evict(epoch, request, dropped)));
	}

	private Mono<Long> evict(Epoch epoch, AccessTokenRequest request, AccessToken dropped) {
		TokenKey tokenKey = epoch.keyOf(request);
		String key = entryKey(tokenKey);
		return this.commands.get(key).filter((entry) -> {
			AccessToken stored = open(epoch, key, entry, request);
			return stored != null && epoch.fingerprint(stored) == epoch.fingerprint(dropped);
		})
			.flatMap((entry) -> this.commands.deleteIf(key, entry))
			.then(Mono.defer(() -> publish(epoch, StoreEvent.Kind.EVICTED, tokenKey, dropped)));
	}

	/**
	 * Take in what another gateway, or this one, has told.
	 * @param message the message as it came
	 * @param listener is told of evictions
	 */
	void received(byte[] message, EvictionListener listener) {
		for (Epoch epoch : this.epochs) {
			byte[] plain = epoch.cipher().decrypt(message, channel());
			StoreEvent event = (plain != null) ? StoreEvent.of(plain) : null;
			if (event != null) {
				received(epoch, event, listener);
				return;
			}
		}
	}

	private void received(Epoch epoch, StoreEvent event, EvictionListener listener) {
		if (event.kind() == StoreEvent.Kind.EVICTED) {
			listener.evicted(event.key(), (token) -> epoch.fingerprint(token) == event.fingerprint());
			return;
		}
		Sinks.One<Boolean> written = this.waiting.remove(event.key());
		if (written != null) {
			written.tryEmitValue(true);
		}
	}

	String channel() {
		return this.settings.keyPrefix() + "oauth-cc:events";
	}

	/** The same slot of a cluster for the entry and its lease. */
	private String entryKey(TokenKey key) {
		return this.settings.keyPrefix() + "oauth-cc:{" + key.toHex() + "}:token";
	}

	/** The oldest first, so that no two gateways wait for each other. */
	private List<String> leaseKeys(AccessTokenRequest request) {
		List<String> keys = new ArrayList<>();
		for (Epoch epoch : this.epochs) {
			keys.add(0, this.settings.keyPrefix() + "oauth-cc:{" + epoch.keyOf(request).toHex() + "}:lease");
		}
		return keys;
	}

	@Override
	public void dispose() {
		this.background.dispose();
	}

	/**
	 * What one secret of the store stands for.
	 */
	private record Epoch(StoreCipher cipher, TokenKeyGenerator keys) {

		static Epoch of(String secret) {
			StoreCipher cipher = new StoreCipher(secret);
			return new Epoch(cipher, new TokenKeyGenerator(cipher.tokenKeySecret()));
		}

		TokenKey keyOf(AccessTokenRequest request) {
			return this.keys.requestsOf(request.grant()).with(request.credentials()).key();
		}

		long fingerprint(AccessToken token) {
			return this.keys.keyOf(token.value()).first();
		}

	}

	@FunctionalInterface
	private interface Writer {

		Mono<Boolean> write(String key, byte[] value, Duration timeToLive);

	}

	private record Wish(AccessTokenRequest request, @Nullable AccessToken outdated, Mono<AccessToken> fetch,
			Instant patientUntil) {

	}

}
