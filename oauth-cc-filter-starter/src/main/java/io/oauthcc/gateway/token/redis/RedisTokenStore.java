package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
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

	/** Less than what a lease's end may be late for those who wait for it. */
	private static final long SHORTEST_POLL = 25;

	private static final long LONGEST_POLL = 75;

	private static final int MAXIMUM_SIZE = 10_000;

	private static final int MAXIMUM_KEYS = 100_000;

	private final StoreSettings settings;

	private final RedisCommands commands;

	private final String channel;

	private final Clock clock;

	private final String gateway;

	private final Runnable unreadable;

	private final Consumer<TokenKey> droppedAll;

	private final BooleanSupplier available;

	private final Generations generations;

	private final AtomicLong leases = new AtomicLong();

	/** What is written under; the first one. The others are read only. */
	private final List<Epoch> epochs;

	private final ConcurrentMap<TokenKey, Sinks.One<Boolean>> waiting = new ConcurrentHashMap<>();

	/** What Redis did not take. */
	private final Cache<TokenKey, Unwritten> unwritten;

	/** What Redis did not delete, or pass on. */
	private final Cache<TokenKey, Undropped> undropped;

	/** By which key other gateways may still speak of a token that is in use here. */
	private final Cache<TokenKey, Known> previousKeys;

	private final Disposable.Composite background = Disposables.composite();

	/**
	 * Create a store.
	 * @param settings its settings
	 * @param commands reach Redis
	 * @param channel where gateways tell each other of tokens
	 * @param clock tells which tokens are still usable
	 * @param gateway begins the names of this gateway's leases, unlike any other's
	 * @param unreadable called for each entry that does not open
	 * @param droppedAll called with the key of each grant all of whose tokens another
	 * gateway has dropped
	 * @param available tells whether Redis is used at present
	 */
	RedisTokenStore(StoreSettings settings, RedisCommands commands, String channel, Clock clock, String gateway,
			Runnable unreadable, Consumer<TokenKey> droppedAll, BooleanSupplier available) {
		this.settings = settings;
		this.commands = commands;
		this.channel = channel;
		this.clock = clock;
		this.gateway = gateway;
		this.unreadable = unreadable;
		this.droppedAll = droppedAll;
		this.available = available;
		this.unwritten = untilExpiry(MAXIMUM_SIZE, Unwritten::token);
		this.undropped = untilExpiry(MAXIMUM_SIZE, Undropped::token);
		this.previousKeys = untilExpiry(MAXIMUM_KEYS, Known::token);
		this.epochs = Stream.concat(Stream.of(settings.secret()), settings.previousSecrets().stream())
			.distinct()
			.map(Epoch::of)
			.toList();
		this.generations = new Generations(settings.keyPrefix(), this.epochs, commands, channel, unreadable,
				this::generationBegun);
	}

	private <V> Cache<TokenKey, V> untilExpiry(long maximumSize, Function<V, AccessToken> token) {
		return Caffeine.newBuilder()
			.maximumSize(maximumSize)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(this.clock.millis()))
			.expireAfter(Expiry.<TokenKey, V>writing(
					(key, value) -> Duration.between(this.clock.instant(), token.apply(value).expiresAt())))
			.executor(Runnable::run)
			.build();
	}

	@Override
	public TokenKeyGenerator keys() {
		return this.epochs.get(0).keys();
	}

	@Override
	public Mono<AccessToken> find(AccessTokenRequest request, @Nullable AccessToken outdated) {
		return this.generations.learnOnce(request.grant(), request.family())
			.then(Mono.defer(() -> find(request, outdated, keysOf(request))));
	}

	/** One for each secret, the present one first. */
	private List<StoreKey> keysOf(AccessTokenRequest request) {
		List<StoreKey> keys = new ArrayList<>(this.epochs.size());
		keys.add(new StoreKey(this.settings.keyPrefix(), request.key()));
		for (Epoch previous : this.epochs.subList(1, this.epochs.size())) {
			keys.add(new StoreKey(this.settings.keyPrefix(), previous.keyOf(request)));
		}
		return keys;
	}

	private Mono<AccessToken> find(AccessTokenRequest request, @Nullable AccessToken outdated, List<StoreKey> keys) {
		return Flux.range(0, keys.size())
			.concatMap((index) -> read(this.epochs.get(index), keys.get(index), request))
			.filter((token) -> isNews(token, outdated))
			.next()
			.doOnNext((token) -> remember(keys, token));
	}

	private Mono<AccessToken> read(Epoch epoch, StoreKey key, AccessTokenRequest request) {
		return this.commands.readEntry(key)
			.mapNotNull((entry) -> entry.map((bytes) -> open(epoch, key, bytes)).orElse(null))
			.filter((stored) -> this.generations.isOfUse(request.family(), stored.generation()))
			.map((stored) -> accepted(stored, request));
	}

	private @Nullable StoredToken open(Epoch epoch, StoreKey key, byte[] entry) {
		byte[] plain = epoch.entries().decrypt(entry, key.entry());
		StoredToken stored = (plain != null) ? StoredToken.of(plain) : null;
		if (stored == null) {
			this.unreadable.run();
		}
		return stored;
	}

	/** By this gateway's clock, should the other's be ahead: too early beats too late. */
	private AccessToken accepted(StoredToken stored, AccessTokenRequest request) {
		Duration ahead = Duration.between(this.clock.instant(), stored.issuedAt());
		Duration shift = ahead.isNegative() ? Duration.ZERO : ahead;
		return request.grant()
			.cachePolicy()
			.accept(stored.value(), stored.scopes(), stored.issuedAt().minus(shift), stored.expiresAt().minus(shift))
			// Its key in the store is of this type, and of the key that it is bound to.
			.ofType(request.grant().tokenType());
	}

	private boolean isNews(AccessToken token, @Nullable AccessToken outdated) {
		return token.isUsableAt(this.clock.millis()) && (outdated == null || isLater(token, outdated));
	}

	/** One of a clock that is ahead seems later each time that it is read. */
	private static boolean isLater(AccessToken token, AccessToken outdated) {
		return token.issuedAt().isAfter(outdated.issuedAt()) && !token.value().equals(outdated.value());
	}

	private void remember(List<StoreKey> keys, AccessToken token) {
		for (StoreKey previous : keys.subList(1, keys.size())) {
			this.previousKeys.put(previous.tokenKey(), new Known(keys.get(0).tokenKey(), token));
		}
	}

	@Override
	public Mono<AccessToken> fetchOnce(AccessTokenRequest request, @Nullable AccessToken outdated,
			Mono<AccessToken> fetch) {
		return Mono.defer(() -> {
			List<StoreKey> keys = keysOf(request);
			return attempt(new Wish(request, keys, outdated, fetch.doOnNext((token) -> remember(keys, token)),
					this.clock.instant().plus(patience(request)), this.generations.of(request.family())));
		});
	}

	/** What is left afterwards must do for the token endpoint. */
	private Duration patience(AccessTokenRequest request) {
		Duration half = request.grant().limits().acquisitionTimeout().dividedBy(2);
		return (half.compareTo(this.settings.patience()) < 0) ? half : this.settings.patience();
	}

	private Mono<AccessToken> attempt(Wish wish) {
		Lease lease = new Lease(this.commands, oldestFirst(wish.keys()), this.gateway + this.leases.incrementAndGet(),
				this.settings.lease());
		return lease.take().flatMap((state) -> switch (state) {
			case HELD -> hold(lease, wish);
			case TAKEN -> waitForOther(wish);
			case UNKNOWN -> fetchAlone(wish);
		});
	}

	/** Whoever waits for the token does not wait until others can see it as well. */
	private Mono<AccessToken> hold(Lease lease, Wish wish) {
		return Mono.defer(() -> {
			Disposable extension = lease.extend();
			Mono<Void> end = Mono.defer(() -> {
				extension.dispose();
				return lease.giveBack();
			});
			Mono<AccessToken> found = find(wish.request(), wish.outdated(), wish.keys())
				.doOnNext((token) -> inBackground(end));
			Mono<AccessToken> fetched = wish.fetch()
				.doOnNext((token) -> inBackground(write(wish.written(token)).then(end)));
			return found.switchIfEmpty(fetched)
				.doOnError((error) -> inBackground(end))
				.doOnCancel(() -> inBackground(end));
		});
	}

	private Mono<AccessToken> fetchAlone(Wish wish) {
		return wish.fetch().doOnNext((token) -> inBackground(write(wish.written(token))));
	}

	/** No two gateways wait for each other, and the oldest is the one that all know. */
	private static List<StoreKey> oldestFirst(List<StoreKey> keys) {
		List<StoreKey> oldestFirst = new ArrayList<>(keys);
		Collections.reverse(oldestFirst);
		return oldestFirst;
	}

	/** Whoever holds the lease may have died, so that it is tried again. */
	private Mono<AccessToken> waitForOther(Wish wish) {
		if (this.clock.instant().isAfter(wish.patientUntil())) {
			return fetchAlone(wish);
		}
		TokenKey key = wish.keys().get(0).tokenKey();
		Sinks.One<Boolean> written = this.waiting.computeIfAbsent(key, (absent) -> Sinks.one());
		return Mono.firstWithSignal(written.asMono(), Mono.delay(poll()).thenReturn(false))
			.flatMap((any) -> find(wish.request(), wish.outdated(), wish.keys())
				.switchIfEmpty(Mono.defer(() -> attempt(wish))))
			.doFinally((signal) -> this.waiting.remove(key, written));
	}

	private static Duration poll() {
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(SHORTEST_POLL, LONGEST_POLL));
	}

	private Mono<Boolean> write(Unwritten pending) {
		return write(pending, this.commands::writeEntry);
	}

	private Mono<Boolean> write(Unwritten pending, Writer writer) {
		return Mono.defer(() -> {
			StoreKey key = pending.key();
			AccessToken token = pending.token();
			Duration left = Duration.between(this.clock.instant(), token.expiresAt());
			if (!token.isUsableAt(this.clock.millis()) || left.toMillis() <= 0
					|| pending.generation() < this.generations.of(pending.family())) {
				return Mono.empty();
			}
			byte[] entry = this.epochs.get(0)
				.entries()
				.encrypt(StoredToken.of(token, pending.generation()).toBytes(), key.entry());
			return writer.write(key, entry, left)
				.delayUntil((written) -> written ? publish(this.epochs.get(0), StoreEvent.Kind.WRITTEN, key, token)
						: Mono.empty())
				.switchIfEmpty(writeLater(pending));
		});
	}

	private Mono<Boolean> writeLater(Unwritten pending) {
		return Mono.fromRunnable(() -> this.unwritten.put(pending.key().tokenKey(), pending));
	}

	/** Redis is there again: what it should have dropped goes, what it lacks comes. */
	void catchUp() {
		inBackground(this.generations.catchUp()
			.thenMany(Flux.fromIterable(List.copyOf(this.undropped.asMap().values())))
			.concatMap(this::drop)
			.thenMany(Flux.fromIterable(List.copyOf(this.unwritten.asMap().values())))
			.concatMap(this::writeBack));
	}

	/** Unless it was dropped meanwhile, or another gateway has a later one. */
	private Mono<Boolean> writeBack(Unwritten pending) {
		if (!this.unwritten.asMap().remove(pending.key().tokenKey(), pending)) {
			return Mono.empty();
		}
		return this.commands.readEntry(pending.key()).flatMap((entry) -> {
			if (entry.isEmpty()) {
				return write(pending, this.commands::writeEntryIfAbsent);
			}
			StoredToken stored = open(this.epochs.get(0), pending.key(), entry.get());
			return (stored == null || stored.generation() < pending.generation()
					|| stored.issuedAt().isBefore(pending.token().issuedAt())) ? write(pending) : Mono.just(false);
		}).switchIfEmpty(writeLater(pending));
	}

	private void inBackground(Mono<?> work) {
		inBackground(work.flux());
	}

	private void inBackground(Flux<?> work) {
		Disposable.Swap subscription = Disposables.swap();
		this.background.add(subscription);
		subscription.update(work.doFinally((signal) -> this.background.remove(subscription)).subscribe());
	}

	private Mono<Long> publish(Epoch epoch, StoreEvent.Kind kind, StoreKey key, AccessToken token) {
		return Mono.defer(() -> {
			byte[] event = new StoreEvent(kind, key.tokenKey(), epoch.fingerprint(token.value())).toBytes();
			return this.commands.publish(key, epoch.events().encrypt(event, this.channel));
		});
	}

	@Override
	public void evict(AccessTokenRequest request, AccessToken dropped) {
		List<StoreKey> keys = keysOf(request);
		forget(keys.get(0).tokenKey(), (token) -> token.value().equals(dropped.value()));
		inBackground(drop(new Undropped(keys, dropped)));
	}

	private void forget(TokenKey key, Predicate<AccessToken> evicted) {
		this.unwritten.asMap().computeIfPresent(key, (same, pending) -> evicted.test(pending.token()) ? null : pending);
	}

	/** It stays pending until Redis has done all of it. */
	private Mono<Boolean> drop(Undropped pending) {
		TokenKey present = pending.keys().get(0).tokenKey();
		this.undropped.put(present, pending);
		return Flux.range(0, pending.keys().size())
			.concatMap((index) -> drop(this.epochs.get(index), pending.keys().get(index), pending.token()))
			.reduce(Boolean::logicalAnd)
			.doOnNext((done) -> {
				if (done) {
					this.undropped.asMap().remove(present, pending);
				}
			});
	}

	private Mono<Boolean> drop(Epoch epoch, StoreKey key, AccessToken dropped) {
		Mono<Boolean> deleted = this.commands.readEntry(key)
			.flatMap((entry) -> isOf(epoch, key, entry.orElse(null), dropped)
					? this.commands.deleteEntryIf(key, entry.orElseThrow()) : Mono.just(false))
			.map((any) -> true)
			.defaultIfEmpty(false);
		Mono<Boolean> told = publish(epoch, StoreEvent.Kind.EVICTED, key, dropped).map((any) -> true)
			.defaultIfEmpty(false);
		return deleted.flatMap((done) -> told.map((heard) -> done && heard));
	}

	private boolean isOf(Epoch epoch, StoreKey key, byte @Nullable [] entry, AccessToken token) {
		StoredToken stored = (entry != null) ? open(epoch, key, entry) : null;
		return stored != null && stored.value().equals(token.value());
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		inBackground(this.generations.learn(grant));
	}

	@Override
	public void evictAll(ClientCredentialsGrant grant) {
		inBackground(this.generations.begin(grant, this.clock.millis()));
	}

	/** No token of an earlier generation is written any more. */
	private void generationBegun(TokenKey family) {
		this.unwritten.asMap().values().removeIf((pending) -> pending.family().equals(family));
		this.droppedAll.accept(family);
	}

	@Override
	public boolean isAvailable() {
		return this.available.getAsBoolean();
	}

	/**
	 * Take in what another gateway, or this one, has told.
	 * @param message the message as it came
	 * @param listener is told of evictions
	 */
	void received(byte[] message, EvictionListener listener) {
		for (Epoch epoch : this.epochs) {
			byte[] plain = epoch.events().decrypt(message, this.channel);
			StoreEvent event = (plain != null) ? StoreEvent.of(plain) : null;
			if (event != null) {
				received(epoch, event, listener);
				return;
			}
		}
	}

	private void received(Epoch epoch, StoreEvent event, EvictionListener listener) {
		if (event.kind() == StoreEvent.Kind.GENERATION) {
			this.generations.begun(event.key(), event.fingerprint());
			return;
		}
		Known known = this.previousKeys.getIfPresent(event.key());
		TokenKey key = (known != null) ? known.key() : event.key();
		if (event.kind() == StoreEvent.Kind.EVICTED) {
			Predicate<AccessToken> evicted = (token) -> epoch.fingerprint(token.value()) == event.fingerprint();
			forget(key, evicted);
			listener.evicted(key, evicted);
			return;
		}
		Sinks.One<Boolean> written = this.waiting.remove(key);
		if (written != null) {
			written.tryEmitValue(true);
		}
	}

	@Override
	public void dispose() {
		this.background.dispose();
	}

	@FunctionalInterface
	private interface Writer {

		Mono<Boolean> write(StoreKey key, byte[] value, Duration timeToLive);

	}

	private record Unwritten(StoreKey key, AccessToken token, TokenKey family, long generation) {

	}

	private record Undropped(List<StoreKey> keys, AccessToken token) {

	}

	private record Known(TokenKey key, AccessToken token) {

	}

	private record Wish(AccessTokenRequest request, List<StoreKey> keys, @Nullable AccessToken outdated,
			Mono<AccessToken> fetch, Instant patientUntil, long generation) {

		Unwritten written(AccessToken token) {
			return new Unwritten(this.keys.get(0), token, this.request.family(), this.generation);
		}

	}

}
