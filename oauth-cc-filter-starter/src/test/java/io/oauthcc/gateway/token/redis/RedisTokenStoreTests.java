package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.core.types.Expiration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.RETURNS_DEEP_STUBS;
import static org.mockito.Mockito.mock;

/**
 * What happens while Redis is away, which no real one can be made to show at the very
 * moment.
 */
class RedisTokenStoreTests {

	private static final String FORMER = "0123456789abcdef";

	private static final String PRESENT = "fedcba9876543210";

	private final ReactiveRedisConnection redis = mock(RETURNS_DEEP_STUBS);

	private final AtomicInteger written = new AtomicInteger();

	private final List<byte[]> published = new ArrayList<>();

	private final List<String> evicted = new ArrayList<>();

	private final List<TokenKey> droppedAll = new ArrayList<>();

	@BeforeEach
	@SuppressWarnings("deprecation") // SetOption, as in RedisCommands.
	void answerCommands() {
		given(this.redis.stringCommands().get(any(ByteBuffer.class))).willReturn(Mono.empty());
		given(this.redis.stringCommands().set(any(), any(), any(Expiration.class), any(SetOption.class)))
			.willAnswer((call) -> {
				this.written.incrementAndGet();
				return Mono.just(true);
			});
		given(this.redis.scriptingCommands().eval(any(), any(), anyInt(), any(), any())).willReturn(Flux.just(1L));
		given(this.redis.pubSubCommands().publish(any(), any(ByteBuffer.class))).willAnswer((call) -> {
			this.published.add(RedisCommands.bytes(call.getArgument(1)));
			return Mono.just(1L);
		});
	}

	@Test
	void tokenWhenRedisWasAwayThenWrittenOnItsReturn() {
		Gateway gateway = new Gateway(settings(FORMER));
		gateway.fetch(token("away"));
		assertThat(this.written).hasValue(0);
		gateway.connect();
		gateway.store.catchUp();
		assertThat(this.written).hasValue(1);
		gateway.store.catchUp();
		assertThat(this.written).hasValue(1);
	}

	@Test
	void tokenWhenDroppedElsewhereMeanwhileThenNeverWritten() {
		AccessToken token = token("away");
		Gateway gateway = new Gateway(settings(FORMER));
		gateway.fetch(token);
		Gateway other = new Gateway(settings(FORMER));
		other.connect();
		other.store.evict(other.request, token);
		gateway.receive();
		gateway.connect();
		gateway.store.catchUp();
		assertThat(this.written).hasValue(0);
	}

	@Test
	void tokenWhenAnotherWasDroppedThenStillWritten() {
		Gateway gateway = new Gateway(settings(FORMER));
		gateway.fetch(token("away"));
		Gateway other = new Gateway(settings(FORMER));
		other.connect();
		other.store.evict(other.request, token("another"));
		gateway.receive();
		gateway.connect();
		gateway.store.catchUp();
		assertThat(this.written).hasValue(1);
	}

	@Test
	void dropWhenToldUnderFormerSecretThenHeardForTheKeyOfToday() {
		AccessToken token = token("rotating");
		Gateway updated = new Gateway(settings(PRESENT, FORMER));
		updated.fetch(token);
		Gateway outdated = new Gateway(settings(FORMER));
		outdated.connect();
		outdated.store.evict(outdated.request, token);
		assertThat(updated.request.key()).isNotEqualTo(outdated.request.key());
		updated.receive();
		assertThat(this.evicted).containsExactly("rotating");
		updated.connect();
		updated.store.catchUp();
		assertThat(this.written).hasValue(0);
	}

	@Test
	void secretWhenAlsoPreviousThenOneLease() {
		Gateway gateway = new Gateway(settings(FORMER, PRESENT, FORMER, PRESENT));
		gateway.connect();
		gateway.fetch(token("away"));
		// Two leases and the entry.
		assertThat(this.written).hasValue(3);
	}

	@Test
	void tokenWhenDroppedWhileRedisIsAwayThenDroppedOnItsReturn() {
		Gateway gateway = new Gateway(settings(FORMER));
		gateway.store.evict(gateway.request, token("away"));
		assertThat(this.published).isEmpty();
		gateway.connect();
		gateway.store.catchUp();
		assertThat(this.published).hasSize(1);
		gateway.store.catchUp();
		assertThat(this.published).hasSize(1);
	}

	@Test
	void allDroppedWhenRedisIsAwayThenNoneWrittenAndToldOnItsReturn() {
		Gateway gateway = new Gateway(settings(FORMER));
		gateway.fetch(token("away"));
		gateway.store.evictAll(gateway.request.grant());
		assertThat(this.droppedAll).containsExactly(gateway.request.family());
		gateway.connect();
		gateway.store.catchUp();
		// The generation, and no token.
		assertThat(this.written).hasValue(1);
		assertThat(this.published).hasSize(1);
		gateway.store.catchUp();
		assertThat(this.written).hasValue(1);
	}

	@Test
	void allDroppedWhenToldUnderFormerSecretThenHeardForTheGrantOfToday() {
		Gateway updated = new Gateway(settings(PRESENT, FORMER));
		updated.store.prepare(updated.request.grant());
		Gateway outdated = new Gateway(settings(FORMER));
		outdated.connect();
		outdated.store.evictAll(outdated.request.grant());
		this.droppedAll.clear();
		updated.receive();
		assertThat(this.droppedAll).containsExactly(updated.request.family());
		updated.receive();
		assertThat(this.droppedAll).hasSize(1);
	}

	@Test
	void entryWhenOfFormerGenerationThenNotFoundAndOfLaterOneThenItBeginsHere() {
		keepEntries();
		Gateway one = new Gateway(settings(FORMER));
		Gateway two = new Gateway(settings(FORMER));
		one.connect();
		two.connect();
		one.fetch(token("away"));
		assertThat(two.find()).isEqualTo("away");
		one.store.evictAll(one.request.grant());
		this.droppedAll.clear();
		assertThat(one.find()).isNull();
		two.store.prepare(two.request.grant());
		assertThat(this.droppedAll).containsExactly(two.request.family());
		assertThat(two.find()).isNull();
		Gateway three = new Gateway(settings(FORMER));
		three.connect();
		one.fetch(token("another"));
		this.droppedAll.clear();
		assertThat(three.find()).isEqualTo("another");
		assertThat(this.droppedAll).containsExactly(three.request.family());
	}

	@Test
	void entryWhenAllDroppedBeforeConnectedThenNotFoundThoughAskedForAtOnce() {
		Map<ByteBuffer, ByteBuffer> entries = keepEntries();
		Gateway one = new Gateway(settings(FORMER));
		one.connect();
		one.fetch(token("away"));
		one.store.evictAll(one.request.grant());
		assertThat(entries).hasSizeGreaterThan(1);
		Gateway later = new Gateway(settings(FORMER));
		later.store.prepare(later.request.grant());
		later.connect();
		assertThat(later.find()).isNull();
	}

	@SuppressWarnings("deprecation") // SetOption, as in RedisCommands.
	private Map<ByteBuffer, ByteBuffer> keepEntries() {
		Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
		given(this.redis.stringCommands().set(any(), any(), any(Expiration.class), any(SetOption.class)))
			.willAnswer((call) -> {
				entries.put(call.getArgument(0), call.getArgument(1));
				return Mono.just(true);
			});
		given(this.redis.stringCommands().get(any(ByteBuffer.class)))
			.willAnswer((call) -> Mono.justOrEmpty(entries.get(call.<ByteBuffer>getArgument(0))));
		return entries;
	}

	@Test
	void messageWhenOfNoGatewayThenIgnored() {
		Gateway gateway = new Gateway(settings(FORMER));
		this.published.add(new byte[0]);
		this.published.add(new byte[200]);
		gateway.receive();
		assertThat(this.evicted).isEmpty();
	}

	private static AccessToken token(String value) {
		Instant now = Instant.now();
		return Objects.requireNonNull(
				TestGrants.grant().build().cachePolicy().accept(value, null, now, now.plus(Duration.ofHours(1))));
	}

	private static StoreSettings settings(String secret, String... previous) {
		return new StoreSettings("fleet:", secret, List.of(previous), Duration.ofSeconds(2), Duration.ofSeconds(3),
				new RedisSettings(false, List.of("redis:6379"), false, null, null, null, 0, null,
						Duration.ofMillis(250)));
	}

	private final class Gateway implements TokenStores.EvictionListener {

		private final RedisTokenStore store;

		private final AccessTokenRequest request;

		private @Nullable ReactiveRedisConnection connection;

		private Gateway(StoreSettings settings) {
			RedisCircuit circuit = new RedisCircuit(new StoreLog("[redis:6379]", Clock.systemUTC()));
			RedisCommands commands = new RedisCommands(() -> this.connection, circuit, settings.redis().timeout(),
					"events", new CommandObservations("redis:6379", ObservationRegistry.NOOP));
			this.store = new RedisTokenStore(settings, commands, "events", Clock.systemUTC(), "gateway", () -> {
			}, RedisTokenStoreTests.this.droppedAll::add, () -> this.connection != null);
			this.request = this.store.keys()
				.requestsOf(TestGrants.grant().store(settings).build())
				.with(ClientCredentials.of("id", "hush"));
		}

		private void connect() {
			this.connection = RedisTokenStoreTests.this.redis;
		}

		private void fetch(AccessToken token) {
			StepVerifier.create(this.store.fetchOnce(this.request, null, Mono.just(token)))
				.expectNext(token)
				.verifyComplete();
		}

		private @Nullable String find() {
			return this.store.find(this.request, null).map(AccessToken::value).block();
		}

		private void receive() {
			RedisTokenStoreTests.this.published.forEach((message) -> this.store.received(message, this));
		}

		@Override
		public void evicted(TokenKey key, Predicate<AccessToken> evicted) {
			Stream.of(token("away"), token("another"), token("rotating"))
				.filter((token) -> key.equals(this.request.key()) && evicted.test(token))
				.map(AccessToken::value)
				.forEach(RedisTokenStoreTests.this.evicted::add);
		}

		@Override
		public void evictedAll(TokenKey family) {
			throw new UnsupportedOperationException("The store tells it by itself");
		}

	}

}
