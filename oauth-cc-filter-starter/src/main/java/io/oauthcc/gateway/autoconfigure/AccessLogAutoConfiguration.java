package io.oauthcc.gateway.autoconfigure;

import java.time.Clock;
import java.time.ZoneId;

import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.observation.AccessLogWebFilter;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the access log.
 */
@AutoConfiguration
@ConditionalOnEnabledFilter(OAuthClientCredentialsGatewayFilterFactory.class)
@ConditionalOnBooleanProperty("oauth-cc.access-log.enabled")
@EnableConfigurationProperties(AccessLogProperties.class)
public final class AccessLogAutoConfiguration {

	@Bean
	AccessLogWebFilter oauthccAccessLogWebFilter() {
		return new AccessLogWebFilter(Clock.system(ZoneId.systemDefault()));
	}

}
