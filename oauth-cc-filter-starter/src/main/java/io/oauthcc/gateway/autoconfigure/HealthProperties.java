package io.oauthcc.gateway.autoconfigure;

import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the gateway is out of order.
 *
 * @param critical Middlewares, by name, or 'route:' and the id of a route, without which
 * the gateway's health is DOWN: while they lack a secret, or there is no token to be had.
 */
@ConfigurationProperties("oauth-cc.health")
record HealthProperties(@DefaultValue Set<String> critical) {

	HealthProperties {
		critical = Set.copyOf(critical);
	}

}
