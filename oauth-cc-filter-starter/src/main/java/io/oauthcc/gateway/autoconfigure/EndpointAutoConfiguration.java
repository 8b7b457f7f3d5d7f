package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.actuate.MiddlewaresEndpoint;
import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.filter.MiddlewareRoutes;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the endpoint {@code oauthcc}.
 */
@AutoConfiguration(after = OAuthClientCredentialsAutoConfiguration.class)
@ConditionalOnClass({ WebEndpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(MiddlewareInspector.class)
public final class EndpointAutoConfiguration {

	@Bean
	@ConditionalOnAvailableEndpoint
	MiddlewaresEndpoint oauthccEndpoint(MiddlewareInspector middlewares, RouteLocator routes) {
		return new MiddlewaresEndpoint(middlewares, new MiddlewareRoutes(routes));
	}

}
