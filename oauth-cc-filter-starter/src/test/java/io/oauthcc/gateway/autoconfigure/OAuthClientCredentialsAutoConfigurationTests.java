package io.oauthcc.gateway.autoconfigure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.filter.InvalidDefinitionException;
import io.oauthcc.gateway.filter.Middlewares;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.client.HttpAccessTokenClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.endpoint.ReactiveOAuth2AccessTokenResponseClient;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

class OAuthClientCredentialsAutoConfigurationTests {

	private final ReactiveWebApplicationContextRunner gateway = new ReactiveWebApplicationContextRunner()
		.withUserConfiguration(Application.class);

	@Test
	void applicationWhenStarterThenOnlyOurBeansMore() {
		Set<String> with = new TreeSet<>();
		this.gateway.run((context) -> with.addAll(Arrays.asList(context.getBeanDefinitionNames())));
		this.gateway
			.withPropertyValues(
					"spring.autoconfigure.exclude=" + OAuthClientCredentialsAutoConfiguration.class.getName())
			.run((context) -> with.removeAll(Arrays.asList(context.getBeanDefinitionNames())));
		assertThat(with).isNotEmpty()
			.allMatch((name) -> name.toLowerCase(Locale.ROOT).contains("oauth-cc")
					|| name.equals("oauthCcHealthContributor") || name.startsWith("oauthClientCredentials")
					|| name.startsWith("io.oauthcc.") || name.equals("httpAccessTokenClient")
					|| name.equals("cachingAccessTokenSource") || name.equals("resilientTokenEndpoints")
					|| name.equals("redisTokenStores") || name.equals("jwtAccessTokenVerifier")
					|| name.startsWith("oauthcc"));
	}

	@Test
	void applicationWhenStarterThenNothingOfSpringSecurityActs() {
		this.gateway.run((context) -> {
			assertThat(context).doesNotHaveBean(ReactiveOAuth2AuthorizedClientManager.class);
			assertThat(context).doesNotHaveBean(ReactiveOAuth2AccessTokenResponseClient.class);
			assertThat(context.getBeansOfType(WebFilter.class).values())
				.noneMatch((filter) -> filter.getClass().getName().contains("security"));
		});
	}

	@Test
	void filterWhenSwitchedOffThenAbsent() {
		this.gateway
			.withPropertyValues("spring.cloud.gateway.server.webflux.filter.oauth-client-credentials.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(OAuthClientCredentialsGatewayFilterFactory.class)
				.doesNotHaveBean(Middlewares.class)
				.doesNotHaveBean(AccessTokenClient.class));
	}

	@Test
	void filterWhenGatewaySwitchedOffThenAbsent() {
		this.gateway.withPropertyValues("spring.cloud.gateway.server.webflux.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(OAuthClientCredentialsGatewayFilterFactory.class));
	}

	@Test
	void filterWhenNoGatewayThenAbsent() {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(OAuthClientCredentialsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(OAuthClientCredentialsGatewayFilterFactory.class));
	}

	@Test
	void applicationWhenThereIsNoRegistryThenStarts() {
		this.gateway.withPropertyValues("oauth-cc.middlewares.orders.url=http://idp/token",
				"management.metrics.enable.all=false",
				"spring.autoconfigure.exclude=org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration,org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Middlewares.class)
				.doesNotHaveBean(MeterRegistry.class)
				.doesNotHaveBean(ObservationRegistry.class));
	}

	@Test
	void tokenClientWhenUserHasOneThenOursBacksOff() {
		this.gateway.withUserConfiguration(OwnTokenClient.class)
			.run((context) -> assertThat(context).hasSingleBean(AccessTokenClient.class)
				.doesNotHaveBean(HttpAccessTokenClient.class));
	}

	@Test
	void storeWhenRedisClientIsAbsentThenFailsAndNamesWhatToAdd() {
		this.gateway.withClassLoader(new FilteredClassLoader("io.lettuce", "org.springframework.data.redis"))
			.withPropertyValues("oauth-cc.middlewares.orders.url=http://idp/token",
					"oauth-cc.middlewares.orders.store.secret=0123456789abcdef",
					"oauth-cc.middlewares.orders.store.redis.endpoints=redis:6379")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(
					InvalidDefinitionException.class,
					(ex) -> assertThat(ex.getDefinitions().get(0).errors().get(0).action())
						.contains("org.springframework.data:spring-data-redis", "io.lettuce:lettuce-core")));
	}

	@Test
	void storeWhenApplicationHasNoConnectionThenFails() {
		this.gateway
			.withPropertyValues("oauth-cc.middlewares.orders.url=http://idp/token",
					"oauth-cc.middlewares.orders.store.secret=0123456789abcdef",
					"oauth-cc.middlewares.orders.store.redis.connection=spring")
			.run((context) -> assertThat(context.getStartupFailure()).isInstanceOfSatisfying(
					InvalidDefinitionException.class,
					(ex) -> assertThat(ex.getDefinitions().get(0).errors().get(0).problem())
						.contains("The application has no ReactiveRedisConnectionFactory")));
	}

	@Test
	void maximumSizeWhenOutOfRangeThenFails() {
		this.gateway.withPropertyValues("oauth-cc.cache.maximum-size=0")
			.run((context) -> assertThat(context).hasFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "circuit-breaker.failure-rate-threshold=0", "circuit-breaker.failure-rate-threshold=101",
			"circuit-breaker.sliding-window=1s", "circuit-breaker.sliding-window=11m",
			"circuit-breaker.minimum-number-of-calls=0", "circuit-breaker.wait-duration-in-open-state=500ms",
			"circuit-breaker.wait-duration-in-open-state=6m", "bulkhead.max-concurrent-calls=3",
			"bulkhead.max-concurrent-calls=4097", "bulkhead.max-concurrent-call=100" })
	void resilienceWhenOutOfRangeOrUnknownThenFails(String property) {
		this.gateway.withPropertyValues("oauth-cc.resilience." + property)
			.run((context) -> assertThat(context).hasFailed());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTokenClient {

		@Bean
		AccessTokenClient ownTokenClient() {
			return (request, timeout) -> Mono.empty();
		}

	}

	@Test
	void referenceWhenKubernetesClientIsAbsentThenStartFailsAndNamesTheArtifact() {
		this.gateway.withClassLoader(new FilteredClassLoader("io.fabric8", "io.oauthcc.gateway.secret.kubernetes"))
			.withPropertyValues("oauth-cc.middlewares.m.url=http://idp/token",
					"oauth-cc.middlewares.m.clientId=urn:k8s:secret:a:b", "oauth-cc.middlewares.m.clientSecret=x")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("io.fabric8:kubernetes-client"));
	}

}
