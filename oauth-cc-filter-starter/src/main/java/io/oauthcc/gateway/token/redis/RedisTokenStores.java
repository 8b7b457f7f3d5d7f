package io.oauthcc.gateway.token.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.lettuce.core.resource.ClientResources;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Token stores in Redis. Connects in the background when a store is first asked for, once
 * for each set of settings.
 * <p>
 * Safe for use by many threads.
 */
public final class RedisTokenStores implements TokenStores, DisposableBean {

	private static final Duration SHUTDOWN = Duration.ofSeconds(2);

	private final Clock clock;

	private final Supplier<@Nullable ReactiveRedisConnectionFactory> applicationFactory;

	private final ObservationRegistry registry;

	private final String gateway = UUID.randomUUID() + ":";

	private final ConcurrentMap<StoreSettings, Opened> stores = new ConcurrentHashMap<>();

	private final LongAdder unreadable = new LongAdder();

	private volatile EvictionListener listener = new Nobody();

	private volatile Consumer<String> onOpen = (name) -> {
	};

	private @Nullable ClientResources resources;

	/**
	 * Create without any store.
	 * @param clock tells which tokens are still usable
	 * @param applicationFactory the application's own connection factory, if it has one
	 * @param registry is told of each command
	 */
	public RedisTokenStores(Clock clock, Supplier<@Nullable ReactiveRedisConnectionFactory> applicationFactory,
			ObservationRegistry registry) {
		this.clock = clock;
		this.applicationFactory = applicationFactory;
		this.registry = registry;
	}

	@Override
	public void onEviction(EvictionListener listener) {
		this.listener = listener;
	}

	@Override
	public TokenStore of(StoreSettings settings) {
		Opened opened = this.stores.get(settings);
		return ((opened != null) ? opened : this.stores.computeIfAbsent(settings, this::open)).store();
	}

	@Override
	public void retain(Set<StoreSettings> used) {
		for (StoreSettings settings : List.copyOf(this.stores.keySet())) {
			Opened unused = used.contains(settings) ? null : this.stores.remove(settings);
			if (unused != null) {
				unused.close();
			}
		}
	}

	@Override
	public long unreadableEntries() {
		return this.unreadable.sum();
	}

	@Override
	public void onOpen(Consumer<String> listener) {
		this.onOpen = listener;
		availability().keySet().forEach(listener);
	}

	@Override
	public Map<String, Boolean> availability() {
		Map<String, Boolean> availability = new TreeMap<>();
		this.stores.forEach((settings, opened) -> availability.merge(settings.redis().name(),
				opened.store().isAvailable(), Boolean::logicalAnd));
		return availability;
	}

	private Opened open(StoreSettings settings) {
		RedisSettings redis = settings.redis();
		StoreLog log = new StoreLog(redis.name(), this.clock);
		LettuceConnectionFactory own = redis.applicationConnection() ? null : LettuceFactory.create(redis, resources());
		String channel = settings.keyPrefix() + "oauth-cc:events";
		RedisConnector connector = new RedisConnector((own != null) ? own : applicationFactory(), own, channel, log);
		RedisCircuit circuit = new RedisCircuit(log);
		RedisTokenStore store = new RedisTokenStore(settings,
				new RedisCommands(connector::connection, circuit, redis.timeout(), channel,
						new CommandObservations(redis.name(), this.registry)),
				channel, this.clock, this.gateway, () -> {
					this.unreadable.increment();
					log.unreadable();
				}, (family) -> this.listener.evictedAll(family),
				() -> circuit.isClosed() && connector.connection() != null);
		circuit.onReturn(store::catchUp);
		circuit.onLostConnection(connector::restart);
		connector.start((message) -> store.received(message, this.listener), store::catchUp);
		this.onOpen.accept(redis.name());
		return new Opened(store, circuit, connector);
	}

	private ReactiveRedisConnectionFactory applicationFactory() {
		ReactiveRedisConnectionFactory factory = this.applicationFactory.get();
		if (factory == null) {
			throw new IllegalStateException("The application has no ReactiveRedisConnectionFactory, or several");
		}
		return factory;
	}

	private synchronized ClientResources resources() {
		ClientResources resources = this.resources;
		if (resources == null) {
			resources = LettuceFactory.resources();
			this.resources = resources;
		}
		return resources;
	}

	@Override
	public synchronized void destroy() {
		this.stores.values().forEach(Opened::close);
		this.stores.clear();
		if (this.resources != null) {
			this.resources.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
				.awaitUninterruptibly(SHUTDOWN.toMillis());
		}
	}

	/** Nobody listens yet. */
	private static final class Nobody implements EvictionListener {

		@Override
		public void evicted(TokenKey key, Predicate<AccessToken> evicted) {
		}

		@Override
		public void evictedAll(TokenKey family) {
		}

	}

	private record Opened(RedisTokenStore store, RedisCircuit circuit, RedisConnector connector) {

		void close() {
			this.store.dispose();
			this.circuit.dispose();
			this.connector.dispose();
		}

	}

}
