package io.oauthcc.gateway.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.oauthcc.gateway.filter.OptionMask;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.context.ApplicationListener;

/**
 * Recommends a better place for secrets that stand under {@code args} as they are: Spring
 * Cloud Gateway logs those at {@code DEBUG}, before any bean could keep it from that.
 */
final class InlineSecretsNotice implements ApplicationListener<ApplicationStartedEvent> {

	private static final Log logger = LogFactory.getLog(InlineSecretsNotice.class);

	private final String filter;

	private final GatewayProperties gateway;

	private final OptionMask mask;

	InlineSecretsNotice(String filter, GatewayProperties gateway, OptionMask mask) {
		this.filter = filter;
		this.gateway = gateway;
		this.mask = mask;
	}

	@Override
	public void onApplicationEvent(ApplicationStartedEvent event) {
		List<String> places = places();
		if (!places.isEmpty()) {
			logger
				.info("Secrets stand under the args of %s of %s, which Spring Cloud Gateway logs at DEBUG as they are. "
					.formatted(this.filter, String.join(", ", places))
						+ "Better name a middleware of oauth-cc.middlewares there, or refer to the secret: "
						+ "see \"What Spring Cloud Gateway itself shows\" in docs/security.md.");
		}
	}

	private List<String> places() {
		List<String> places = new ArrayList<>();
		if (holdSecret(this.gateway.getDefaultFilters())) {
			places.add("the default filters");
		}
		for (RouteDefinition route : this.gateway.getRoutes()) {
			if (holdSecret(route.getFilters())) {
				places.add("route '%s'".formatted(route.getId()));
			}
		}
		return places;
	}

	private boolean holdSecret(List<FilterDefinition> filters) {
		return filters.stream()
			.filter((filter) -> this.filter.equals(filter.getName()))
			.anyMatch((filter) -> filter.getArgs()
				.entrySet()
				.stream()
				.anyMatch((option) -> this.mask.isPlainSecret(option.getKey(), option.getValue())));
	}

}
