package io.oauthcc.gateway.actuate;

import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.filter.Middlewares;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Shows which middlewares lack a secret, and why, and what is of concern about their
 * connections to token endpoints. That is no reason to take the gateway out of service:
 * all other routes work.
 */
public final class MiddlewaresHealthIndicator implements HealthIndicator {

	private final Middlewares middlewares;

	/**
	 * Create an indicator.
	 * @param middlewares the middlewares to look at
	 */
	public MiddlewaresHealthIndicator(Middlewares middlewares) {
		this.middlewares = middlewares;
	}

	@Override
	public Health health() {
		Health.Builder health = Health.up();
		Map<String, Map<String, String>> missing = this.middlewares.missingSecrets();
		if (!missing.isEmpty()) {
			health.withDetail("missingSecrets", missing);
		}
		Map<String, List<String>> concerns = this.middlewares.transportConcerns();
		if (!concerns.isEmpty()) {
			health.withDetail("transportConcerns", concerns);
		}
		return health.build();
	}

}
