package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.data.redis.connection.ReactiveRedisConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What gateways do to each other through a store, step by step.
 */
class StoreProtocolTests {

	private static final String FORMER = "0123456789abcdef";

	private static final String PRESENT = "fedcba9876543210";

	private static final Duration STEP = Duration.ofMillis(25);

	private final MutableClock clock = new MutableClock();

	private final FakeRedis redis = new FakeRedis(this.clock);

	private final List<Gateway> gateways = new ArrayList<>();

	private VirtualTimeScheduler time = VirtualTimeScheduler.create();

	@BeforeEach
	void start() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void stop() {
		this.gateways.forEach(Gateway::stop);
		VirtualTimeScheduler.reset();
	}

	@Test
	void leaseWhenTokenIsObtainedThenGivenBackAndNotExtended() {
		Gateway gateway = new Gateway(FORMER);
		Sinks.One<AccessToken> answer = Sinks.one();
		CompletableFuture<AccessToken> waiting = gateway.ask(answer.asMono());
		pass(Duration.ofSeconds(10));
		assertThat(this.redis.keys()).containsExactly(gateway.key().lease());
		answer.tryEmitValue(token("a")).orThrow();
		assertThat(waiting).isCompletedWithValueMatching((token) -> token.value().equals("a"));
		assertThat(this.redis.keys()).containsExactly(gateway.key().entry());
		this.redis.commands();
		pass(Duration.ofSeconds(10));
		assertThat(this.redis.commands()).isEmpty();
	}

	@Test
	void leaseWhenTokenRequestFailsThenGivenBack() {
		Gateway gateway = new Gateway(FORMER);
		CompletableFuture<AccessToken> failed = gateway
			.ask(Mono.error(new AccessTokenException(AccessTokenFailure.TIMEOUT, "late")));
		assertThat(failed).isCompletedExceptionally();
		assertIdle();
	}

	@Test
	void leaseWhenNobodyWaitsAnyMoreThenGivenBack() {
		Gateway gateway = new Gateway(FORMER);
		gateway.store.fetchOnce(gateway.request, null, Mono.never()).subscribe().dispose();
		assertIdle();
	}

	@Test
	void leaseWhenTokenIsFoundUnderItThenGivenBackAndEndpointNotAsked() {
		Gateway gateway = new Gateway(FORMER);
		gateway.fetch(Mono.just(token("a")));
		gateway.store.prepare(gateway.request.grant());
		assertThat(gateway.ask(Mono.error(new AssertionError("Asked"))).thenApply(AccessToken::value))
			.isCompletedWithValue("a");
		this.redis.commands();
		pass(Duration.ofSeconds(10));
		assertThat(this.redis.commands()).isEmpty();
		assertThat(this.redis.keys()).containsExactly(gateway.key().entry());
	}

	@Test
	void findWhenOutdatedIsOfClockAheadThenNotFoundAgain() {
		Gateway gateway = new Gateway(FORMER);
		Instant ahead = this.clock.instant().plusSeconds(2);
		gateway.fetch(Mono.just(token("a", ahead, ahead.plusSeconds(3600))));
		AccessToken found = gateway.store.find(gateway.request, null).block();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(gateway.find(found)).isNull();
	}

	@Test
	void othersWhenLeaseIsHeldThenWaitForItsToken() {
		Gateway one = new Gateway(FORMER);
		Gateway two = new Gateway(FORMER);
		assertThat(two.find()).isNull();
		Sinks.One<AccessToken> answer = Sinks.one();
		one.fetch(answer.asMono());
		CompletableFuture<AccessToken> waiting = two.ask(Mono.error(new AssertionError("Asked")));
		pass(Duration.ofMillis(2500));
		assertThat(waiting).isNotDone();
		answer.tryEmitValue(token("a")).orThrow();
		assertThat(waiting).as("told of it").isNotDone();
		two.receive();
		assertThat(waiting.thenApply(AccessToken::value)).isCompletedWithValue("a");
	}

	@Test
	void othersWhenNotToldOfTokenThenFindItAllTheSame() {
		Gateway one = new Gateway(FORMER);
		Gateway two = new Gateway(FORMER);
		assertThat(two.find()).isNull();
		Sinks.One<AccessToken> answer = Sinks.one();
		one.fetch(answer.asMono());
		CompletableFuture<AccessToken> waiting = two.ask(Mono.error(new AssertionError("Asked")));
		answer.tryEmitValue(token("a")).orThrow();
		pass(Duration.ofMillis(100));
		assertThat(waiting.thenApply(AccessToken::value)).isCompletedWithValue("a");
	}

	@Test
	void othersWhenHolderDiesThenOneAsksAfterTheLease() {
		Gateway gateway = new Gateway(FORMER);
		this.redis.put(gateway.key().lease(), bytes("dead"), Duration.ofSeconds(2));
		CompletableFuture<AccessToken> waiting = gateway.ask(Mono.just(token("a")));
		pass(Duration.ofMillis(1900));
		assertThat(waiting).isNotDone();
		pass(Duration.ofMillis(200));
		assertThat(waiting).isCompleted();
	}

	@ParameterizedTest
	@CsvSource({ "30, 3000", "4, 2000" })
	void othersWhenOutOfPatienceThenAskThemselves(long acquisitionTimeout, long patience) {
		Gateway gateway = new Gateway(settings(FORMER),
				TestGrants.grant().limits(Duration.ofSeconds(1), 0, Duration.ofSeconds(acquisitionTimeout)));
		this.redis.put(gateway.key().lease(), bytes("slow"), Duration.ofMinutes(1));
		CompletableFuture<AccessToken> waiting = gateway.ask(Mono.just(token("a")));
		pass(Duration.ofMillis(patience - 100));
		assertThat(waiting).isNotDone();
		pass(Duration.ofMillis(250));
		assertThat(waiting).isCompleted();
		assertThat(this.redis.get(gateway.key().lease())).isEqualTo(bytes("slow"));
		assertThat(gateway.find()).isEqualTo("a");
	}

	@Test
	void leasesWhenSecretIsExchangedThenOldestFirstAndAllOrNone() {
		Gateway outdated = new Gateway(FORMER);
		Gateway updated = new Gateway(PRESENT, FORMER);
		String oldest = outdated.key().lease();
		this.redis.commands();
		updated.fetch(Mono.never());
		assertThat(this.redis.commands()).startsWith("set " + oldest, "set " + updated.key().lease());
		updated.stop();
		assertThat(updated.request.key()).isNotEqualTo(outdated.request.key());
		this.clock.advance(Duration.ofSeconds(10));
		this.redis.put(updated.key().lease(), bytes("other"), Duration.ofSeconds(2));
		Gateway another = new Gateway(PRESENT, FORMER);
		another.fetch(Mono.never());
		assertThat(this.redis.keys()).containsExactly(another.key().lease());
	}

	@Test
	void findWhenNotLaterThanOutdatedThenNothing() {
		Gateway gateway = new Gateway(FORMER);
		AccessToken outdated = token("a");
		gateway.fetch(Mono.just(outdated));
		assertThat(gateway.find(outdated)).isNull();
		this.clock.advance(Duration.ofMillis(1));
		gateway.fetch(outdated, Mono.just(token("b")));
		assertThat(gateway.find(outdated)).isEqualTo("b");
	}

	@Test
	void findWhenNoLongerUsableThenNothing() {
		Gateway gateway = new Gateway(FORMER);
		gateway.fetch(Mono.just(token("a")));
		this.clock.advance(Duration.ofHours(1).minusSeconds(30).minusMillis(1));
		assertThat(gateway.find()).isEqualTo("a");
		this.clock.advance(Duration.ofMillis(1));
		assertThat(gateway.find()).isNull();
	}

	@Test
	void findWhenUnderFormerSecretThenTheirDropsAreHeard() {
		Gateway outdated = new Gateway(FORMER);
		Gateway updated = new Gateway(PRESENT, FORMER);
		AccessToken token = token("a");
		outdated.fetch(Mono.just(token));
		assertThat(updated.find()).isEqualTo("a");
		outdated.store.evict(outdated.request, token);
		updated.receive();
		assertThat(updated.evicted).containsExactly(updated.request.key());
		assertThat(updated.find()).isNull();
	}

	@Test
	void findWhenNothingOpensThenNothingAndCounted() {
		Gateway gateway = new Gateway(FORMER);
		assertThat(gateway.find()).isNull();
		assertThat(gateway.unreadable).isZero();
		this.redis.put(gateway.key().entry(), bytes("garbage"), Duration.ofMinutes(1));
		assertThat(gateway.find()).isNull();
		assertThat(gateway.unreadable).isOne();
		gateway.fetch(Mono.just(token("a")));
		assertThat(gateway.find()).isEqualTo("a");
		assertThat(gateway.unreadable).isEqualTo(2);
	}

	@Test
	void findWhenKeyHoldsNoTextThenNothingAndOthersStillFound() {
		Gateway gateway = new Gateway(FORMER);
		Gateway other = new Gateway(settings(FORMER), TestGrants.grant().scopes("other"));
		this.redis.holdOther(gateway.key().entry());
		other.fetch(Mono.just(token("b")));
		assertThat(gateway.find()).isNull();
		assertThat(gateway.unreadable).isOne();
		assertThat(other.find()).isEqualTo("b");
	}

	@Test
	void findWhenClockOfOtherIsAheadThenByOurs() {
		Gateway gateway = new Gateway(FORMER);
		Instant now = this.clock.instant();
		gateway.fetch(Mono.just(token("a", now.plusSeconds(10), now.plusSeconds(70))));
		AccessToken found = Objects.requireNonNull(gateway.store.find(gateway.request, null).block());
		assertThat(found.issuedAt()).isEqualTo(now);
		assertThat(found.expiresAt()).isEqualTo(now.plusSeconds(60));
	}

	@Test
	void findWhenIssuedEarlierThenTimesAsTheyWere() {
		Gateway gateway = new Gateway(FORMER);
		AccessToken token = token("a");
		gateway.fetch(Mono.just(token));
		this.clock.advance(Duration.ofSeconds(10));
		AccessToken found = Objects.requireNonNull(gateway.store.find(gateway.request, null).block());
		assertThat(found.issuedAt()).isEqualTo(token.issuedAt());
		assertThat(found.expiresAt()).isEqualTo(token.expiresAt());
	}

	/** Redis takes no time to live of 0. */
	@Test
	void tokenWhenItsEndIsNearThenNotWritten() {
		Gateway gateway = new Gateway(FORMER);
		Instant end = this.clock.instant().plusMillis(20);
		AccessToken token = new AccessToken("a", null, this.clock.instant(), end, end);
		this.clock.advance(Duration.ofMillis(19).plusNanos(500_000));
		gateway.fetch(Mono.just(token));
		assertThat(this.redis.keys()).isEmpty();
		assertThat(this.redis.published()).isEmpty();
	}

	@Test
	void tokenWhenWrittenThenForItsLifetime() {
		Gateway gateway = new Gateway(FORMER);
		gateway.fetch(Mono.just(token("a")));
		this.clock.advance(Duration.ofHours(1).minusMillis(1));
		assertThat(this.redis.get(gateway.key().entry())).isNotNull();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.redis.get(gateway.key().entry())).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "-1000, ours", "0, theirs", "1000, theirs" })
	void tokenWhenAnotherIsThereOnReturnThenTheLaterOneStays(long later, String stays) {
		Gateway ours = new Gateway(FORMER);
		Gateway theirs = new Gateway(FORMER);
		AccessToken token = token("ours");
		ours.disconnect();
		ours.fetch(Mono.just(token));
		theirs.fetch(Mono.just(token("theirs", token.issuedAt().plusMillis(later), token.expiresAt())));
		int published = this.redis.published().size();
		this.clock.advance(Duration.ofSeconds(5));
		ours.reconnect();
		assertThat(theirs.find()).isEqualTo(stays);
		assertThat(this.redis.published()).hasSize(published + (stays.equals("ours") ? 1 : 0));
	}

	@Test
	void tokenWhenGarbageIsThereOnReturnThenReplacesIt() {
		Gateway gateway = new Gateway(FORMER);
		gateway.disconnect();
		gateway.fetch(Mono.just(token("a")));
		this.redis.put(gateway.key().entry(), bytes("garbage"), Duration.ofMinutes(1));
		gateway.reconnect();
		assertThat(gateway.find()).isEqualTo("a");
	}

	@Test
	void tokenWhenOneOfFormerGenerationIsThereOnReturnThenReplacesIt() {
		Gateway gateway = new Gateway(FORMER);
		AccessToken former = token("former");
		gateway.fetch(Mono.just(former));
		gateway.store.evictAll(gateway.request.grant());
		this.redis.breakAll((command) -> command.equals("set " + gateway.key().entry()));
		gateway.fetch(Mono.just(former));
		this.redis.breakAll((command) -> false);
		pass(Duration.ofSeconds(2));
		assertThat(gateway.find()).isEqualTo("former");
	}

	@Test
	void tokenWhenWrittenByAnotherJustBeforeThenNobodyIsTold() {
		Gateway gateway = new Gateway(FORMER);
		gateway.disconnect();
		gateway.fetch(Mono.just(token("a")));
		this.redis.raceFor(gateway.key().entry());
		gateway.reconnect();
		assertThat(this.redis.published()).isEmpty();
		assertThat(this.redis.get(gateway.key().entry())).isEqualTo(bytes("raced"));
	}

	@Test
	void tokenWhenDroppedHereWhileRedisIsAwayThenNotWrittenOnItsReturn() {
		Gateway gateway = new Gateway(FORMER);
		AccessToken token = token("a");
		gateway.disconnect();
		gateway.fetch(Mono.just(token));
		gateway.store.evict(gateway.request, token("b"));
		gateway.store.evict(gateway.request, token);
		gateway.reconnect();
		assertThat(this.redis.get(gateway.key().entry())).isNull();
	}

	@Test
	void tokenWhenAnotherIsDroppedHereThenWrittenOnReturn() {
		Gateway gateway = new Gateway(FORMER);
		gateway.disconnect();
		gateway.fetch(Mono.just(token("a")));
		gateway.store.evict(gateway.request, token("b"));
		gateway.reconnect();
		assertThat(gateway.find()).isEqualTo("a");
	}

	@Test
	void dropWhenEntryIsOfAnotherTokenThenItStays() {
		Gateway gateway = new Gateway(FORMER);
		AccessToken former = token("former");
		gateway.fetch(Mono.just(token("a")));
		gateway.store.evict(gateway.request, former);
		assertThat(gateway.find()).isEqualTo("a");
		gateway.store.evict(gateway.request, token("a"));
		assertThat(this.redis.get(gateway.key().entry())).isNull();
	}

	@Test
	void dropWhenNotPassedOnThenAgainOnReturn() {
		Gateway gateway = new Gateway(FORMER);
		this.redis.breakAll((command) -> command.startsWith("publish"));
		gateway.store.evict(gateway.request, token("a"));
		this.redis.breakAll((command) -> false);
		assertThat(this.redis.published()).isEmpty();
		pass(Duration.ofSeconds(2));
		assertThat(this.redis.published()).isNotEmpty();
	}

	@Test
	void allDroppedWhenOtherGrantsThenTheirsStay() {
		Gateway gateway = new Gateway(FORMER);
		AccessTokenRequest other = gateway.request(TestGrants.grant().scopes("other"));
		gateway.disconnect();
		gateway.fetch(Mono.just(token("a")));
		gateway.store.fetchOnce(other, null, Mono.just(token("b"))).block();
		gateway.store.evictAll(other.grant());
		gateway.reconnect();
		assertThat(gateway.find()).isEqualTo("a");
		assertThat(gateway.store.find(other, null).block()).isNull();
	}

	@Test
	void allDroppedWhenTwiceInOneMillisecondThenTokensBetweenAsWell() {
		Gateway gateway = new Gateway(FORMER);
		gateway.store.evictAll(gateway.request.grant());
		gateway.fetch(Mono.just(token("a")));
		assertThat(gateway.find()).isEqualTo("a");
		gateway.store.evictAll(gateway.request.grant());
		assertThat(gateway.find()).isNull();
		gateway.fetch(Mono.just(token("b")));
		assertThat(gateway.find()).isEqualTo("b");
	}

	@Test
	void allDroppedWhenToldThenOfThatGrantAlone() {
		Gateway one = new Gateway(FORMER);
		Gateway two = new Gateway(FORMER);
		AccessTokenRequest other = two.request(TestGrants.grant().scopes("other"));
		two.store.prepare(two.request.grant());
		two.store.prepare(other.grant());
		one.store.evictAll(one.request.grant());
		two.receive();
		assertThat(two.droppedAll).containsExactly(two.request.family());
	}

	@Test
	void allDroppedWhenUnheardThenKnownByTheNextToken() {
		Gateway one = new Gateway(FORMER);
		Gateway two = new Gateway(FORMER);
		one.fetch(Mono.just(token("a")));
		assertThat(two.find()).isEqualTo("a");
		one.store.evictAll(one.request.grant());
		one.fetch(Mono.just(token("b")));
		assertThat(two.droppedAll).isEmpty();
		assertThat(two.find()).isEqualTo("b");
		assertThat(two.droppedAll).containsExactly(two.request.family());
	}

	@Test
	void allDroppedWhenRedisHasNotToldAfterItsReturnThenNothingIsFound() {
		Gateway gateway = new Gateway(FORMER);
		gateway.fetch(Mono.just(token("a")));
		assertThat(gateway.find()).isEqualTo("a");
		String generation = "get " + gateway.generation().generation();
		gateway.disconnect();
		this.redis.freeze(generation::equals);
		gateway.reconnect();
		CompletableFuture<AccessToken> found = gateway.store.find(gateway.request, null).toFuture();
		assertThat(found).isNotDone();
		pass(Duration.ofMillis(500));
		assertThat(found).isCompletedWithValue(null);
		this.redis.freeze((command) -> false);
		pass(Duration.ofSeconds(2));
		assertThat(gateway.find()).isEqualTo("a");
	}

	@Test
	void allDroppedWhenGenerationDoesNotOpenThenCountedAndFirstOne() {
		Gateway gateway = new Gateway(FORMER);
		this.redis.put(gateway.generation().generation(), bytes("garbage"), Duration.ofMinutes(1));
		gateway.fetch(Mono.just(token("a")));
		assertThat(gateway.find()).isEqualTo("a");
		assertThat(gateway.unreadable).isOne();
	}

	@Test
	void availableWhenRedisWorks() {
		Gateway gateway = new Gateway(FORMER);
		assertThat(gateway.store.isAvailable()).isTrue();
		this.redis.breakAll((command) -> true);
		gateway.find();
		assertThat(gateway.store.isAvailable()).isFalse();
		this.redis.breakAll((command) -> false);
		pass(Duration.ofSeconds(2));
		assertThat(gateway.store.isAvailable()).isTrue();
	}

	@Test
	void disposeWhenWorkIsUnderWayThenEndsIt() {
		Gateway gateway = new Gateway(FORMER);
		this.redis.breakAll((command) -> command.startsWith("publish"));
		gateway.fetch(Mono.never());
		this.redis.freeze((command) -> true);
		gateway.store.evict(gateway.request, token("a"));
		assertThat(this.redis.unanswered()).isPositive();
		gateway.store.dispose();
		assertThat(this.redis.unanswered()).isZero();
	}

	/** Nobody holds a lease, and nothing goes on. */
	private void assertIdle() {
		assertThat(this.redis.keys()).isEmpty();
		this.redis.commands();
		pass(Duration.ofSeconds(10));
		assertThat(this.redis.commands()).isEmpty();
	}

	/** The clock and all timers go on together. */
	private void pass(Duration duration) {
		for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(STEP)) {
			this.clock.advance(STEP);
			this.time.advanceTimeBy(STEP);
		}
	}

	private AccessToken token(String value) {
		return token(value, this.clock.instant(), this.clock.instant().plus(Duration.ofHours(1)));
	}

	private static AccessToken token(String value, Instant issuedAt, Instant expiresAt) {
		return TestGrants.CACHE_POLICY.accept(value, null, issuedAt, expiresAt);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static StoreSettings settings(String secret, String... previous) {
		return new StoreSettings("fleet:", secret, List.of(previous), Duration.ofSeconds(2), Duration.ofSeconds(3),
				new RedisSettings(false, List.of("redis:6379"), false, null, null, null, 0, null,
						Duration.ofMillis(250)));
	}

	private final class Gateway implements TokenStores.EvictionListener {

		private final StoreSettings settings;

		private final RedisCircuit circuit = new RedisCircuit(
				new StoreLog("[redis:6379]", StoreProtocolTests.this.clock));

		private final RedisTokenStore store;

		private final AccessTokenRequest request;

		private final List<TokenKey> evicted = new ArrayList<>();

		private final List<TokenKey> droppedAll = new ArrayList<>();

		private @Nullable ReactiveRedisConnection connection = StoreProtocolTests.this.redis.connection();

		private int unreadable;

		private Gateway(String secret, String... previous) {
			this(StoreProtocolTests.settings(secret, previous), TestGrants.grant());
		}

		private Gateway(StoreSettings settings, TestGrants grant) {
			this.settings = settings;
			RedisCommands commands = new RedisCommands(() -> this.connection, this.circuit, settings.redis().timeout(),
					"events", new CommandObservations("redis:6379", ObservationRegistry.NOOP));
			this.store = new RedisTokenStore(settings, commands, "events", StoreProtocolTests.this.clock,
					"gateway-" + StoreProtocolTests.this.gateways.size() + ":", () -> this.unreadable++,
					this.droppedAll::add, this.circuit::isClosed);
			this.circuit.onReturn(this.store::catchUp);
			this.request = request(grant);
			StoreProtocolTests.this.gateways.add(this);
		}

		private AccessTokenRequest request(TestGrants grant) {
			ClientCredentialsGrant stored = grant.store(this.settings).build();
			return this.store.keys().requestsOf(stored).with(ClientCredentials.of("id", "hush"));
		}

		private StoreKey key() {
			return new StoreKey(this.settings.keyPrefix(), this.request.key());
		}

		private StoreKey generation() {
			return new StoreKey(this.settings.keyPrefix(), this.request.family());
		}

		private void disconnect() {
			this.connection = null;
		}

		private void reconnect() {
			this.connection = StoreProtocolTests.this.redis.connection();
			this.store.catchUp();
		}

		private CompletableFuture<AccessToken> ask(Mono<AccessToken> token) {
			return this.store.fetchOnce(this.request, null, token).toFuture();
		}

		private void fetch(Mono<AccessToken> token) {
			fetch(null, token);
		}

		private void fetch(@Nullable AccessToken outdated, Mono<AccessToken> token) {
			this.store.fetchOnce(this.request, outdated, token).subscribe();
		}

		private @Nullable String find() {
			return find(null);
		}

		private @Nullable String find(@Nullable AccessToken outdated) {
			return this.store.find(this.request, outdated).map(AccessToken::value).block();
		}

		private void receive() {
			List.copyOf(StoreProtocolTests.this.redis.published())
				.forEach((message) -> this.store.received(message, this));
		}

		private void stop() {
			this.store.dispose();
			this.circuit.dispose();
		}

		@Override
		public void evicted(TokenKey key, Predicate<AccessToken> evicted) {
			if (evicted.test(token("a"))) {
				this.evicted.add(key);
			}
		}

		@Override
		public void evictedAll(TokenKey family) {
			throw new UnsupportedOperationException("The store tells it by itself");
		}

	}

}
