package io.oauthcc.gateway.token.redis;

import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.StoreSettings;
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

	private final Clock clock;

	private final Supplier<@Nullable ReactiveRedisConnectionFactory> applicationFactory;

	private final String gateway = UUID.randomUUID() + ":";

	private final ConcurrentMap<StoreSettings, Opened> stores = new ConcurrentHashMap<>();

	private volatile EvictionListener listener = (key, evicted) -> {
	};

	/**
	 * Create without any store.
	 * @param clock tells which tokens are still usable
	 * @param applicationFactory the application's own connection factory, if it has one
	 */
	public RedisTokenStores(Clock clock, Supplier<@Nullable ReactiveRedisConnectionFactory> applicationFactory) {
		this.clock = clock;
		this.applicationFactory = applicationFactory;
	}

	@Override
	public void onEviction(EvictionListener listener) {
		this.listener = listener;
	}

	@Override
	public TokenStore of(StoreSettings settings) {
		return this.stores.computeIfAbsent(settings, this::open).store();
	}

	private Opened open(StoreSettings settings) {
		RedisSettings redis = settings.redis();
		RedisBreaker breaker = new RedisBreaker("The token store " + redis.endpoints());
		LettuceConnectionFactory own = redis.applicationConnection() ? null : LettuceFactory.create(redis);
		RedisConnector connector = new RedisConnector((own != null) ? own : applicationFactory(), breaker);
		RedisTokenStore store = new RedisTokenStore(settings,
				new RedisCommands(connector::connection, breaker, redis.timeout()), this.clock, this.gateway);
		connector.start(store.channel(),
				(message) -> store.received(message, (key, evicted) -> this.listener.evicted(key, evicted)),
				store::writeBack);
		breaker.onReturn(store::writeBack);
		return new Opened(store, connector, own);
	}

	private ReactiveRedisConnectionFactory applicationFactory() {
		ReactiveRedisConnectionFactory factory = this.applicationFactory.get();
		if (factory == null) {
			throw new IllegalStateException("The application has no ReactiveRedisConnectionFactory");
		}
		return factory;
	}

	@Override
	public void destroy() {
		this.stores.values().forEach(Opened::close);
	}

	private record Opened(RedisTokenStore store, RedisConnector connector, @Nullable LettuceConnectionFactory own) {

		void close() {
			this.store.dispose();
			this.connector.dispose();
			if (this.own != null) {
				this.own.destroy();
			}
		}

	}

}
