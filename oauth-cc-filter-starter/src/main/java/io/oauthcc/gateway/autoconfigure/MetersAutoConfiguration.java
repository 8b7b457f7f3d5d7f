package io.oauthcc.gateway.autoconfigure;

import java.time.Clock;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthcc.gateway.actuate.MiddlewareMeters;
import io.oauthcc.gateway.actuate.SingleMeter;
import io.oauthcc.gateway.actuate.StoreMeters;
import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenStores;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import io.oauthcc.gateway.token.client.JwtAccessTokenVerifier;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the meters, which count whether or not anybody reads them.
 */
@AutoConfiguration(after = { OAuthClientCredentialsAutoConfiguration.class, RedisTokenStoreAutoConfiguration.class })
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(MiddlewareInspector.class)
public final class MetersAutoConfiguration {

	@Bean
	MiddlewareMeters oauthccMiddlewareMeters(TokenActivities activities, MiddlewareInspector middlewares) {
		return new MiddlewareMeters(activities, middlewares, Clock.systemUTC());
	}

	@Bean
	MeterBinder oauthccCacheSizeMeter(CachingAccessTokenSource tokens) {
		return new SingleMeter<>(OAuthCcMeter.CACHE_SIZE, tokens, CachingAccessTokenSource::size);
	}

	@Bean
	MeterBinder oauthccCacheEvictionsMeter(CachingAccessTokenSource tokens) {
		return new SingleMeter<>(OAuthCcMeter.CACHE_EVICTIONS, tokens, CachingAccessTokenSource::pushedOut);
	}

	@Bean
	MeterBinder oauthccUnverifiedMeter(JwtAccessTokenVerifier verifier) {
		return new SingleMeter<>(OAuthCcMeter.JWT_UNVERIFIED, verifier, JwtAccessTokenVerifier::unverifiedTokens);
	}

	@Bean
	MeterBinder oauthccSecretChangesMeter(Secrets secrets) {
		return new SingleMeter<>(OAuthCcMeter.SECRETS_CHANGES, secrets, Secrets::changes);
	}

	@Bean
	MeterBinder oauthccMissingSecretsMeter(MiddlewareInspector middlewares) {
		return new SingleMeter<>(OAuthCcMeter.SECRETS_MISSING, middlewares, MiddlewareInspector::missingSecrets);
	}

	@Bean
	@ConditionalOnBean(TokenStores.class)
	StoreMeters oauthccStoreMeters(TokenStores stores) {
		return new StoreMeters(stores);
	}

}
