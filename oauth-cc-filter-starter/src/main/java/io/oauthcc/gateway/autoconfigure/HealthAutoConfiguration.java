package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.actuate.MiddlewaresHealthIndicator;
import io.oauthcc.gateway.filter.Middlewares;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health of the middlewares.
 */
@AutoConfiguration(after = OAuthClientCredentialsAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(Middlewares.class)
@ConditionalOnEnabledHealthIndicator("oauth-cc")
public final class HealthAutoConfiguration {

	@Bean
	MiddlewaresHealthIndicator oauthCcHealthIndicator(Middlewares middlewares) {
		return new MiddlewaresHealthIndicator(middlewares);
	}

}
