package io.oauthcc.gateway.actuate;

import java.util.List;

import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.filter.OptionMask;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.cloud.gateway.actuate.AbstractGatewayControllerEndpoint;
import org.springframework.cloud.gateway.actuate.GatewayControllerEndpoint;
import org.springframework.cloud.gateway.actuate.GatewayLegacyControllerEndpoint;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteDefinitionWriter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Has Spring Cloud Gateway's own endpoint, in both of its forms, show the definitions of
 * routes without secrets.
 * <p>
 * Makes the endpoint anew with another locator: its bean cannot be replaced, as it has no
 * condition for that; and what the application itself reads, writes and serializes stays
 * as it is.
 */
public final class GatewayEndpointMask implements BeanPostProcessor {

	private final BeanFactory beans;

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a mask. It uses nothing before there is an endpoint.
	 * @param beans has all that the endpoint is made of
	 * @param publisher gets the endpoint's events
	 */
	public GatewayEndpointMask(BeanFactory beans, ApplicationEventPublisher publisher) {
		this.beans = beans;
		this.publisher = publisher;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean.getClass() == GatewayControllerEndpoint.class) {
			return published(new GatewayControllerEndpoint(all(GlobalFilter.class), all(GatewayFilterFactory.class),
					all(RoutePredicateFactory.class), one(RouteDefinitionWriter.class), one(RouteLocator.class),
					definitions(), one(WebEndpointProperties.class)));
		}
		if (bean.getClass() == GatewayLegacyControllerEndpoint.class) {
			return published(new GatewayLegacyControllerEndpoint(definitions(), all(GlobalFilter.class),
					all(GatewayFilterFactory.class), all(RoutePredicateFactory.class), one(RouteDefinitionWriter.class),
					one(RouteLocator.class), one(WebEndpointProperties.class)));
		}
		return bean;
	}

	private AbstractGatewayControllerEndpoint published(AbstractGatewayControllerEndpoint endpoint) {
		endpoint.setApplicationEventPublisher(this.publisher);
		return endpoint;
	}

	private RouteDefinitionLocator definitions() {
		return new MaskedRouteDefinitions(one(RouteDefinitionLocator.class),
				one(OAuthClientCredentialsGatewayFilterFactory.class).name(), one(OptionMask.class));
	}

	private <T> T one(Class<T> type) {
		return this.beans.getBean(type);
	}

	private <T> List<T> all(Class<T> type) {
		return this.beans.getBeanProvider(type).orderedStream().toList();
	}

}
