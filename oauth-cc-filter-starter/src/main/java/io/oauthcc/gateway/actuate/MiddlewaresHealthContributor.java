package io.oauthcc.gateway.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import io.oauthcc.gateway.filter.MiddlewareDescription;
import io.oauthcc.gateway.filter.MiddlewareDescription.Fault;
import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.TokenActivity;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Shows of each middleware whether it can serve calls, and if not why, as it is known:
 * nobody is asked. What is wrong is no reason to take the gateway out of service, since
 * all other routes work, but for middlewares that are named as critical.
 */
public final class MiddlewaresHealthContributor implements CompositeHealthContributor {

	private final MiddlewareInspector middlewares;

	private final Set<String> critical;

	/**
	 * Create a contributor.
	 * @param middlewares the middlewares to look at
	 * @param critical names of those without which the gateway is of no use
	 */
	public MiddlewaresHealthContributor(MiddlewareInspector middlewares, Set<String> critical) {
		this.middlewares = middlewares;
		this.critical = Set.copyOf(critical);
	}

	@Override
	public Stream<Entry> stream() {
		return Stream.concat(this.middlewares.names().stream(), critical())
			.distinct()
			.sorted()
			.map((name) -> new Entry(name, (HealthIndicator) () -> healthOf(name)));
	}

	@Override
	public @Nullable HealthContributor getContributor(String name) {
		return stream().filter((entry) -> entry.name().equals(name)).map(Entry::contributor).findFirst().orElse(null);
	}

	/**
	 * As they are called where they are defined: {@code my-idp} is also {@code myIdp}.
	 */
	private Stream<String> critical() {
		return this.critical.stream().map(this.middlewares::nameOf);
	}

	private Health healthOf(String name) {
		MiddlewareDescription middleware = this.middlewares.describe(name);
		if (middleware == null) {
			return Health.down().withDetail("state", "there is no such middleware").build();
		}
		Set<Fault> faults = middleware.faults();
		boolean down = critical().anyMatch(name::equals)
				&& faults.stream().anyMatch((fault) -> isFatal(fault, middleware));
		Health.Builder health = down ? Health.down() : Health.up();
		health.withDetail("state", faults.isEmpty() ? "working"
				: String.join(", ", faults.stream().map(MiddlewaresHealthContributor::textOf).toList()));
		if (middleware.working() != null) {
			health.withDetail("tokenEndpoint", middleware.working().host());
		}
		LastFailure failure = LastFailure.of(middleware.activity().lastFailure());
		if (failure != null && middleware.activity().isFailing()) {
			health.withDetail("lastFailure", failure);
		}
		List<MiddlewareDescription.Secret> missing = middleware.secrets()
			.stream()
			.filter((secret) -> secret.reason() != null)
			.toList();
		if (!missing.isEmpty()) {
			health.withDetail("missingSecrets", missing.stream().map(MiddlewaresHealthContributor::textOf).toList());
		}
		if (!middleware.concerns().isEmpty()) {
			health.withDetail("concerns", middleware.concerns());
		}
		return health.build();
	}

	/** Whether a middleware answers calls with errors for it, all calls. */
	private static boolean isFatal(Fault fault, MiddlewareDescription middleware) {
		return switch (fault) {
			case SECRETS_MISSING, TOKEN_ENDPOINT_LEFT_ALONE -> true;
			case TOKEN_ENDPOINT_FAILS ->
				!middleware.applicationLevel() || isForAll(middleware.activity().lastFailure());
			case STORE_UNAVAILABLE -> false;
		};
	}

	/** Any caller could else have the gateway taken for dead, by odd credentials. */
	private static boolean isForAll(TokenActivity.@Nullable Failure failure) {
		return failure != null && (failure.failure().isFault() || failure.failure() == AccessTokenFailure.UNTRUSTED);
	}

	private static String textOf(Fault fault) {
		return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	private static String textOf(MiddlewareDescription.Secret secret) {
		return "%s: %s. %s".formatted(secret.reference(), secret.reason(), secret.action());
	}

}
