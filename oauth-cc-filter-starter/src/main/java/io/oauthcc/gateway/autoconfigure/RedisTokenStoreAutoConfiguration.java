package io.oauthcc.gateway.autoconfigure;

import java.time.Clock;

import io.lettuce.core.RedisClient;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.token.redis.RedisTokenStores;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;

/**
 * Auto-configuration for token stores in Redis, if its client is there. Nothing connects
 * before a middleware names a store.
 */
@AutoConfiguration
@ConditionalOnClass({ ReactiveRedisConnectionFactory.class, RedisClient.class })
@ConditionalOnEnabledFilter(OAuthClientCredentialsGatewayFilterFactory.class)
public final class RedisTokenStoreAutoConfiguration {

	@Bean
	RedisTokenStores redisTokenStores(ObjectProvider<ReactiveRedisConnectionFactory> factory,
			ObjectProvider<ObservationRegistry> registry) {
		return new RedisTokenStores(Clock.systemUTC(), factory::getIfUnique,
				registry.getIfAvailable(() -> ObservationRegistry.NOOP));
	}

}
