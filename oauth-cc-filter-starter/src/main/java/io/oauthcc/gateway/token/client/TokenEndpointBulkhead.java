package io.oauthcc.gateway.token.client;

import java.time.Duration;
import java.util.List;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.oauthcc.gateway.token.Standing;
import org.jspecify.annotations.Nullable;

/**
 * The places for requests to one token endpoint. A quarter is for renewals alone, another
 * for these and for known credentials, half for everybody: however many newcomers come,
 * they shut out none who were there before.
 */
final class TokenEndpointBulkhead {

	private final List<Bulkhead> forRenewals;

	private final List<Bulkhead> forKnown;

	private final List<Bulkhead> forNewcomers;

	TokenEndpointBulkhead(int places) {
		int quarter = places / 4;
		Bulkhead renewals = bulkhead("renewals", quarter);
		Bulkhead known = bulkhead("known", quarter);
		Bulkhead everybody = bulkhead("everybody", places - 2 * quarter);
		this.forRenewals = List.of(renewals, known, everybody);
		this.forKnown = List.of(known, everybody);
		this.forNewcomers = List.of(everybody);
	}

	private static Bulkhead bulkhead(String name, int places) {
		return Bulkhead.of(name,
				BulkheadConfig.custom().maxConcurrentCalls(places).maxWaitDuration(Duration.ZERO).build());
	}

	/**
	 * Take a place, which is to be given back by {@link Bulkhead#onComplete()}.
	 * @return where the place was taken, or {@code null} if none is free
	 */
	@Nullable Bulkhead enter(Standing standing) {
		for (Bulkhead bulkhead : open(standing)) {
			if (bulkhead.tryAcquirePermission()) {
				return bulkhead;
			}
		}
		return null;
	}

	private List<Bulkhead> open(Standing standing) {
		return switch (standing) {
			case RENEWING -> this.forRenewals;
			case KNOWN -> this.forKnown;
			case NEWCOMER -> this.forNewcomers;
		};
	}

}
