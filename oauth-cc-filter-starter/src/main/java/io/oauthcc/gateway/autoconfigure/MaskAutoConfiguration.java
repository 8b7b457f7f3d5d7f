package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.actuate.GatewayEndpointMask;
import io.oauthcc.gateway.actuate.OptionSanitizingFunction;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.filter.OptionMask;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that keeps secrets among the options out of the actuator endpoints
 * of others.
 */
@AutoConfiguration(after = OAuthClientCredentialsAutoConfiguration.class)
@ConditionalOnClass({ WebEndpointProperties.class, SanitizingFunction.class })
@ConditionalOnBean({ OAuthClientCredentialsGatewayFilterFactory.class, OptionMask.class })
public final class MaskAutoConfiguration {

	@Bean
	static GatewayEndpointMask oauthClientCredentialsGatewayEndpointMask(ApplicationContext context) {
		return new GatewayEndpointMask(context, context);
	}

	@Bean
	OptionSanitizingFunction oauthClientCredentialsOptionSanitizingFunction(Environment environment,
			OAuthClientCredentialsGatewayFilterFactory factory, OptionMask mask) {
		return new OptionSanitizingFunction(environment, factory.name(), mask);
	}

}
