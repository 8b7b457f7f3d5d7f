package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.lettuce.core.RedisConnectionException;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link RedisTokenStores} and {@link RedisConnector}, on an application's
 * connection: when there is one, and when there is none.
 */
class RedisTokenStoresTests {

	private static final StoreSettings SETTINGS = settings("0123456789abcdef");

	private final MutableClock clock = new MutableClock();

	private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();

	private final FakeRedis redis = new FakeRedis(this.clock);

	private final ReactiveRedisConnectionFactory factory = mock();

	private @Nullable ReactiveRedisConnectionFactory present = this.factory;

	private final RedisTokenStores stores = new RedisTokenStores(this.clock, () -> this.present,
			ObservationRegistry.NOOP);

	RedisTokenStoresTests() {
		given(this.factory.getReactiveConnection()).willReturn(this.redis.connection());
	}

	@AfterEach
	void destroy() {
		this.stores.destroy();
		VirtualTimeScheduler.reset();
	}

	@Test
	void ofWhenAskedAgainThenTheSameUntilNotRetained() {
		TokenStore store = this.stores.of(SETTINGS);
		TokenStore other = this.stores.of(settings("fedcba9876543210"));
		assertThat(other).isNotSameAs(store);
		assertThat(this.stores.of(settings("0123456789abcdef"))).isSameAs(store);
		this.time.advanceTime();
		assertThat(store.isAvailable()).isTrue();
		this.stores.retain(Set.of(settings("fedcba9876543210")));
		assertThat(store.isAvailable()).isFalse();
		assertThat(other.isAvailable()).isTrue();
		assertThat(this.stores.of(settings("fedcba9876543210"))).isSameAs(other);
		assertThat(this.stores.of(SETTINGS)).isNotSameAs(store);
	}

	@Test
	void ofWhenApplicationHasNoFactoryThenSaysSo() {
		this.present = null;
		assertThatIllegalStateException().isThrownBy(() -> this.stores.of(SETTINGS))
			.withMessageContaining("ReactiveRedisConnectionFactory");
	}

	@Test
	void connectionWhenNotThereThenTriedAgain() {
		ReactiveRedisConnection dead = mock();
		given(dead.ping()).willReturn(Mono.error(new RedisConnectionException("hush")));
		given(dead.closeLater()).willReturn(Mono.empty());
		given(this.factory.getReactiveConnection()).willReturn(dead);
		TokenStore store = this.stores.of(SETTINGS);
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", false));
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", false));
		verify(dead, atLeastOnce()).closeLater();
		given(this.factory.getReactiveConnection()).willReturn(this.redis.connection());
		this.time.advanceTimeBy(Duration.ofSeconds(4));
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", true));
		assertThat(store.isAvailable()).isTrue();
	}

	@Test
	void connectionWhenItIsThereThenWhatRedisLacksIsWritten() {
		given(this.factory.getReactiveConnection()).willThrow(new RedisConnectionException("hush"));
		TokenStore store = this.stores.of(SETTINGS);
		AccessTokenRequest request = request(store);
		StepVerifier.create(store.fetchOnce(request, null, Mono.just(token()))).expectNextCount(1).verifyComplete();
		willReturn(this.redis.connection()).given(this.factory).getReactiveConnection();
		assertThat(this.redis.keys()).isEmpty();
		this.time.advanceTimeBy(Duration.ofSeconds(4));
		assertThat(this.redis.keys()).hasSize(1);
	}

	@Test
	void connectionWhenNothingComesBackThenReplaced() {
		TokenStore store = this.stores.of(SETTINGS);
		this.time.advanceTime();
		this.redis.freeze((command) -> true);
		store.find(request(store), null).subscribe();
		this.time.advanceTimeBy(Duration.ofMillis(250));
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", false));
		FakeRedis next = new FakeRedis(this.clock);
		given(this.factory.getReactiveConnection()).willReturn(next.connection());
		verify(this.redis.connection(), never()).closeLater();
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		verify(this.redis.connection(), atLeastOnce()).closeLater();
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", true));
	}

	@Test
	void tokenWhenRedisTookNoneThenWrittenWhenItDoesAgain() {
		TokenStore store = this.stores.of(SETTINGS);
		AccessTokenRequest request = request(store);
		String key = new StoreKey("fleet:", request.key()).entry();
		this.redis.breakAll((command) -> command.equals("set " + key));
		StepVerifier.create(store.fetchOnce(request, null, Mono.just(token()))).expectNextCount(1).verifyComplete();
		assertThat(this.redis.get(key)).isNull();
		this.redis.breakAll((command) -> false);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.redis.get(key)).isNotNull();
	}

	@Test
	void availabilityWhenOneOfTwoIsOutThenFalse() {
		TokenStore one = this.stores.of(SETTINGS);
		this.stores.of(settings("fedcba9876543210"));
		this.time.advanceTime();
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", true));
		this.redis.breakAll((command) -> true);
		one.find(request(one), null).block();
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", false));
		this.redis.breakAll((command) -> false);
		this.time.advanceTimeBy(Duration.ofSeconds(2));
		assertThat(this.stores.availability()).isEqualTo(Map.of("spring", true));
	}

	@Test
	void onOpenThenToldOfThoseThatThereAreAndThatCome() {
		List<String> opened = new ArrayList<>();
		this.stores.onOpen(opened::add);
		assertThat(opened).isEmpty();
		this.stores.of(SETTINGS);
		assertThat(opened).containsExactly("spring");
		List<String> late = new ArrayList<>();
		this.stores.onOpen(late::add);
		assertThat(late).containsExactly("spring");
	}

	@Test
	void unreadableEntriesWhenGarbageThenCounted() {
		TokenStore store = this.stores.of(SETTINGS);
		this.time.advanceTime();
		AccessTokenRequest request = request(store);
		assertThat(this.stores.unreadableEntries()).isZero();
		this.redis.put(new StoreKey("fleet:", request.key()).entry(), "garbage".getBytes(StandardCharsets.UTF_8),
				Duration.ofMinutes(1));
		assertThat(store.find(request, null).block()).isNull();
		assertThat(this.stores.unreadableEntries()).isOne();
	}

	@Test
	void evictedAllWhenDroppedThenListenerIsTold() {
		List<TokenKey> families = new ArrayList<>();
		TokenStore store = this.stores.of(SETTINGS);
		AccessTokenRequest request = request(store);
		// Nobody listens yet.
		store.evictAll(request.grant());
		this.stores.onEviction(new TokenStores.EvictionListener() {

			@Override
			public void evicted(TokenKey key, Predicate<AccessToken> evicted) {
				throw new AssertionError("Not one alone");
			}

			@Override
			public void evictedAll(TokenKey family) {
				families.add(family);
			}

		});
		store.evictAll(request.grant());
		assertThat(families).containsExactly(request.family());
	}

	@Test
	void destroyThenNothingIsConnectedOrTried() {
		TokenStore store = this.stores.of(SETTINGS);
		given(this.factory.getReactiveConnection()).willThrow(new RedisConnectionException("hush"));
		this.stores.of(settings("fedcba9876543210"));
		assertThat(store.isAvailable()).isTrue();
		this.stores.destroy();
		willReturn(this.redis.connection()).given(this.factory).getReactiveConnection();
		clearInvocations(this.factory);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(store.isAvailable()).isFalse();
		assertThat(this.stores.availability()).isEmpty();
		verify(this.factory, never()).getReactiveConnection();
	}

	private AccessToken token() {
		return TestGrants.CACHE_POLICY.accept("hush-token", null, this.clock.instant(),
				this.clock.instant().plusSeconds(3600));
	}

	private static AccessTokenRequest request(TokenStore store) {
		return store.keys()
			.requestsOf(TestGrants.grant().store(SETTINGS).build())
			.with(ClientCredentials.of("id", "hush"));
	}

	private static StoreSettings settings(String secret) {
		return new StoreSettings("fleet:", secret, List.of(), Duration.ofSeconds(2), Duration.ofSeconds(3),
				new RedisSettings(true, List.of(), false, null, null, null, 0, null, Duration.ofMillis(250)));
	}

}
