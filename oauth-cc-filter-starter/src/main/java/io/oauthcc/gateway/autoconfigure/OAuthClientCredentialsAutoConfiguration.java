package io.oauthcc.gateway.autoconfigure;

import java.time.Clock;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.filter.DefinitionsCheck;
import io.oauthcc.gateway.filter.DpopProofGlobalFilter;
import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.filter.Middlewares;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.filter.OptionMask;
import io.oauthcc.gateway.observation.ObservedAccessTokenClient;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStores;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import io.oauthcc.gateway.token.client.HttpAccessTokenClient;
import io.oauthcc.gateway.token.client.JwtAccessTokenVerifier;
import io.oauthcc.gateway.token.client.ResilientTokenEndpoints;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.gateway.config.GatewayAutoConfiguration;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.web.server.WebFilterChainProxy;

/**
 * Auto-configuration for the filter {@code OAuthClientCredentials}. Registers no bean of
 * Spring Security's types, so that an application's own OAuth 2.0 client stays as it is.
 */
@AutoConfiguration(after = { GatewayAutoConfiguration.class, RedisTokenStoreAutoConfiguration.class,
		SecretsAutoConfiguration.class })
@ConditionalOnBean(GatewayProperties.class)
@ConditionalOnEnabledFilter(OAuthClientCredentialsGatewayFilterFactory.class)
@EnableConfigurationProperties({ TokenCacheProperties.class, ResilienceProperties.class, ObservationProperties.class })
public final class OAuthClientCredentialsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(AccessTokenClient.class)
	HttpAccessTokenClient httpAccessTokenClient(ResilienceProperties properties) {
		return new HttpAccessTokenClient(Clock.systemUTC(), properties.bulkhead().maxConcurrentCalls());
	}

	@Bean
	TokenActivities oauthClientCredentialsTokenActivities() {
		return new TokenActivities();
	}

	@Bean
	ResilientTokenEndpoints resilientTokenEndpoints(AccessTokenClient client, ResilienceProperties properties,
			ObjectProvider<ObservationRegistry> registry, ObservationProperties observation) {
		AccessTokenClient observed = new ObservedAccessTokenClient(client,
				registry.getIfAvailable(() -> ObservationRegistry.NOOP), observation.propagate());
		return new ResilientTokenEndpoints(observed, properties.toSettings(), Clock.systemUTC());
	}

	@Bean
	JwtAccessTokenVerifier jwtAccessTokenVerifier() {
		return new JwtAccessTokenVerifier(Clock.systemUTC());
	}

	@Bean
	CachingAccessTokenSource cachingAccessTokenSource(ResilientTokenEndpoints endpoints,
			JwtAccessTokenVerifier verifier, ObjectProvider<TokenStores> stores, TokenCacheProperties properties,
			TokenActivities activities, ObjectProvider<ObservationRegistry> registry) {
		return new CachingAccessTokenSource(endpoints, verifier, stores.getIfAvailable(), Clock.systemUTC(),
				properties.maximumSize(), activities, registry.getIfAvailable(() -> ObservationRegistry.NOOP));
	}

	@Bean
	TokenRequestsLifecycle oauthClientCredentialsTokenRequestsLifecycle(CachingAccessTokenSource tokens) {
		return new TokenRequestsLifecycle(tokens);
	}

	@Bean
	Middlewares oauthClientCredentialsMiddlewares(Environment environment, CachingAccessTokenSource tokens,
			ObjectProvider<TokenStores> stores, Secrets secrets, ObjectProvider<SslBundles> bundles,
			SecretsProperties properties, TokenActivities activities) {
		return new Middlewares(environment, new TokenKeyGenerator(), tokens, stores.getIfAvailable(), secrets,
				bundles.getIfAvailable(), properties.rotationGrace(), Clock.systemUTC(), activities);
	}

	@Bean
	MiddlewareInspector oauthClientCredentialsMiddlewareInspector(Middlewares middlewares,
			CachingAccessTokenSource tokens, TokenActivities activities) {
		return new MiddlewareInspector(middlewares, tokens, activities, Clock.systemUTC());
	}

	@Bean
	OAuthClientCredentialsGatewayFilterFactory oauthClientCredentialsGatewayFilterFactory(Middlewares middlewares) {
		return new OAuthClientCredentialsGatewayFilterFactory(middlewares, Clock.systemUTC());
	}

	@Bean
	DpopProofGlobalFilter oauthClientCredentialsDpopProofGlobalFilter() {
		return new DpopProofGlobalFilter(Clock.systemUTC());
	}

	@Bean
	DefinitionsCheck oauthClientCredentialsDefinitionsCheck(OAuthClientCredentialsGatewayFilterFactory factory,
			Middlewares middlewares, GatewayProperties gateway, ConfigurationService configurationService,
			SecretsProperties properties) {
		return new DefinitionsCheck(factory, middlewares, gateway, configurationService, properties.failFast());
	}

	@Bean
	OptionMask oauthClientCredentialsOptionMask(Secrets secrets) {
		return new OptionMask(secrets);
	}

	@Bean
	InlineSecretsNotice oauthClientCredentialsInlineSecretsNotice(OAuthClientCredentialsGatewayFilterFactory factory,
			GatewayProperties gateway, OptionMask mask) {
		return new InlineSecretsNotice(factory.name(), gateway, mask);
	}

	@Bean
	TransportWarning oauthClientCredentialsTransportWarning(Middlewares middlewares) {
		return new TransportWarning(middlewares);
	}

	@Bean
	BasicChainWarning oauthClientCredentialsBasicChainWarning(OAuthClientCredentialsGatewayFilterFactory factory,
			ObjectProvider<WebFilterChainProxy> security) {
		return new BasicChainWarning(factory, security);
	}

	@Bean
	static LazyInitializationExcludeFilter oauthClientCredentialsLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(DefinitionsCheck.class);
	}

}
