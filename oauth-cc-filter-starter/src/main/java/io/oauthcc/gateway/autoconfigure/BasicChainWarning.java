package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.security.web.server.WebFilterChainProxy;

/**
 * Warns of a security filter chain that could keep callers' credentials from a route at
 * application level.
 */
final class BasicChainWarning implements ApplicationListener<ApplicationStartedEvent> {

	private static final Log logger = LogFactory.getLog(BasicChainWarning.class);

	private final OAuthClientCredentialsGatewayFilterFactory factory;

	/**
	 * There with every chain, also with the one that Spring Boot brings, which is no
	 * bean.
	 */
	private final ObjectProvider<WebFilterChainProxy> security;

	BasicChainWarning(OAuthClientCredentialsGatewayFilterFactory factory,
			ObjectProvider<WebFilterChainProxy> security) {
		this.factory = factory;
		this.security = security;
	}

	@Override
	public void onApplicationEvent(ApplicationStartedEvent event) {
		if (this.factory.isApplicationLevel() && this.security.stream().findAny().isPresent()) {
			logger.warn("A route uses OAuthClientCredentials at application level, and Spring Security "
					+ "filters requests. If its SecurityWebFilterChain has HTTP Basic and covers the route, it answers the "
					+ "caller's Authorization header itself, and the route never sees it. "
					+ "See \"Beside Spring Security\" in docs/spring-security.md for a chain that leaves it alone.");
		}
	}

}
