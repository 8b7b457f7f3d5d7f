package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which tokens of each grant are of use: those of the last generation that is known here.
 * A generation begins when all tokens before are dropped; so no clock decides, and none
 * has to be found to be dropped. It stands in Redis for those who come later.
 */
final class Generations {

	/** After a token's life an earlier one may still be on its way. */
	private static final Duration LONGEST_ACQUISITION = Duration.ofMinutes(6);

	private static final int MAXIMUM_SIZE = 10_000;

	private final String keyPrefix;

	private final List<Epoch> epochs;

	private final RedisCommands commands;

	private final String channel;

	private final Runnable unreadable;

	private final Consumer<TokenKey> onBegin;

	private final Cache<TokenKey, Long> known = Caffeine.newBuilder()
		.maximumSize(MAXIMUM_SIZE)
		.executor(Runnable::run)
		.build();

	/** Of which Redis has said what it knows; what it says later all gateways hear. */
	private final Cache<TokenKey, Boolean> learned = Caffeine.newBuilder()
		.maximumSize(MAXIMUM_SIZE)
		.executor(Runnable::run)
		.build();

	/** The grants that there are. */
	private final Cache<TokenKey, Family> families = Caffeine.newBuilder()
		.maximumSize(MAXIMUM_SIZE)
		.executor(Runnable::run)
		.build();

	/** Whose generation Redis did not take, or pass on. */
	private final Set<Family> untold = ConcurrentHashMap.newKeySet();

	/**
	 * Create with the first generation of each grant.
	 * @param keyPrefix what every key begins with
	 * @param epochs one for each secret of the store, the present one first
	 * @param commands reach Redis
	 * @param channel where gateways tell each other of generations
	 * @param unreadable called for each that does not open
	 * @param onBegin called with the key of each grant that has a new one
	 */
	Generations(String keyPrefix, List<Epoch> epochs, RedisCommands commands, String channel, Runnable unreadable,
			Consumer<TokenKey> onBegin) {
		this.keyPrefix = keyPrefix;
		this.epochs = epochs;
		this.commands = commands;
		this.channel = channel;
		this.unreadable = unreadable;
		this.onBegin = onBegin;
	}

	/** The last one, 0 for the first. */
	long of(TokenKey family) {
		@Nullable Long known = this.known.getIfPresent(family);
		return (known != null) ? known : 0;
	}

	/**
	 * Whether tokens of a generation are of use; a later one than known begins here too.
	 * As long as Redis has not said what it knows, none is.
	 */
	boolean isOfUse(TokenKey family, long generation) {
		advance(family, generation);
		return isLearned(family) && generation == of(family);
	}

	private boolean isLearned(TokenKey family) {
		return this.learned.getIfPresent(family) != null;
	}

	private void advance(TokenKey family, long generation) {
		if (generation <= of(family)) {
			return;
		}
		this.known.asMap().merge(family, generation, Math::max);
		this.onBegin.accept(family);
	}

	/**
	 * Begin one here at once, and with the returned in all other gateways. It is later
	 * than all that is known, here or, very likely, elsewhere.
	 */
	Mono<Boolean> begin(ClientCredentialsGrant grant, long now) {
		Family family = familyOf(grant);
		this.known.asMap().merge(family.key(), now, (known, least) -> Math.max(known + 1, least));
		this.onBegin.accept(family.key());
		return tell(family);
	}

	/** Find out whether there was one before this gateway was there. */
	Mono<Boolean> learn(ClientCredentialsGrant grant) {
		return learn(familyOf(grant));
	}

	/** The same, unless that is known. */
	Mono<Boolean> learnOnce(ClientCredentialsGrant grant, TokenKey family) {
		return Mono.defer(() -> isLearned(family) ? Mono.just(true) : learn(grant));
	}

	/** Redis is there again. It may know of some that nobody here has heard of. */
	Flux<Boolean> catchUp() {
		this.learned.invalidateAll();
		return Flux.fromIterable(List.copyOf(this.untold))
			.concatMap(this::tell)
			.thenMany(Flux.fromIterable(List.copyOf(this.families.asMap().values())))
			.concatMap(this::learn);
	}

	/** Another gateway tells of one, maybe by a key under a former secret. */
	void begun(TokenKey key, long generation) {
		for (Family family : this.families.asMap().values()) {
			if (family.keys().stream().anyMatch((each) -> each.tokenKey().equals(key))) {
				advance(family.key(), generation);
			}
		}
	}

	private Family familyOf(ClientCredentialsGrant grant) {
		List<StoreKey> keys = this.epochs.stream()
			.map((epoch) -> new StoreKey(this.keyPrefix, epoch.keys().requestsOf(grant).family()))
			.toList();
		Family family = new Family(keys, grant.cachePolicy().maximumLifetime().plus(LONGEST_ACQUISITION));
		this.families.put(family.key(), family);
		return family;
	}

	/** It stays to be told until Redis has done all of it. */
	private Mono<Boolean> tell(Family family) {
		this.untold.add(family);
		long generation = of(family.key());
		return Flux.range(0, family.keys().size())
			.concatMap(
					(index) -> tell(this.epochs.get(index), family.keys().get(index), generation, family.timeToLive()))
			.reduce(Boolean::logicalAnd)
			.doOnNext((done) -> {
				if (done && generation == of(family.key())) {
					this.untold.remove(family);
				}
			});
	}

	private Mono<Boolean> tell(Epoch epoch, StoreKey key, long generation, Duration timeToLive) {
		byte[] value = epoch.entries()
			.encrypt(ByteBuffer.allocate(Long.BYTES).putLong(generation).array(), key.generation());
		byte[] event = new StoreEvent(StoreEvent.Kind.GENERATION, key.tokenKey(), generation).toBytes();
		return this.commands.writeGeneration(key, value, timeToLive)
			.flatMap((written) -> this.commands.publish(key, epoch.events().encrypt(event, this.channel)))
			.map((any) -> true)
			.defaultIfEmpty(false);
	}

	private Mono<Boolean> learn(Family family) {
		return Flux.range(0, family.keys().size())
			.concatMap((index) -> learn(this.epochs.get(index), family.keys().get(index), family.key()))
			.reduce(Boolean::logicalAnd)
			.doOnNext((done) -> {
				if (done) {
					this.learned.put(family.key(), true);
				}
			});
	}

	private Mono<Boolean> learn(Epoch epoch, StoreKey key, TokenKey family) {
		return this.commands.readGeneration(key).map((value) -> {
			value.ifPresent((encrypted) -> learn(epoch, key, family, encrypted));
			return true;
		}).defaultIfEmpty(false);
	}

	private void learn(Epoch epoch, StoreKey key, TokenKey family, byte[] encrypted) {
		byte[] plain = epoch.entries().decrypt(encrypted, key.generation());
		if (plain == null || plain.length != Long.BYTES) {
			this.unreadable.run();
			return;
		}
		advance(family, ByteBuffer.wrap(plain).getLong());
	}

	/**
	 * A grant.
	 *
	 * @param keys its keys, one for each secret of the store, the present one first
	 * @param timeToLive for how long its generation is to be known
	 */
	private record Family(List<StoreKey> keys, Duration timeToLive) {

		TokenKey key() {
			return this.keys.get(0).tokenKey();
		}

	}

}
