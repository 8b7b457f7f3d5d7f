package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.actuate.MiddlewaresHealthContributor;
import io.oauthcc.gateway.filter.MiddlewareInspector;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health of the middlewares.
 */
@AutoConfiguration(after = OAuthClientCredentialsAutoConfiguration.class)
@ConditionalOnClass({ CompositeHealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(MiddlewareInspector.class)
@ConditionalOnEnabledHealthIndicator("oauth-cc")
@EnableConfigurationProperties(HealthProperties.class)
public final class HealthAutoConfiguration {

	@Bean
	MiddlewaresHealthContributor oauthCcHealthContributor(MiddlewareInspector middlewares,
			HealthProperties properties) {
		return new MiddlewaresHealthContributor(middlewares, properties.critical());
	}

}
