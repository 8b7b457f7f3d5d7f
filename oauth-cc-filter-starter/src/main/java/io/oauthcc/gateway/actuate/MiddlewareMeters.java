package io.oauthcc.gateway.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthcc.gateway.filter.MiddlewareInspector;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenActivity;
import io.oauthcc.gateway.token.TokenEvent;

/**
 * Meters of what becomes of calls and tokens, for each middleware as long as it is in
 * use.
 */
public final class MiddlewareMeters implements MeterBinder {

	private static final double MILLIS = 1000;

	private final TokenActivities activities;

	private final MiddlewareInspector middlewares;

	private final Clock clock;

	/**
	 * Create meters.
	 * @param activities count what becomes of calls and tokens
	 * @param middlewares the middlewares
	 * @param clock tells for how long tokens are not expired yet
	 */
	public MiddlewareMeters(TokenActivities activities, MiddlewareInspector middlewares, Clock clock) {
		this.activities = activities;
		this.middlewares = middlewares;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.activities.addListener(new Registrar(registry));
	}

	private double secondsToExpiry(String name) {
		Instant expiry = this.middlewares.expiryOf(name);
		return (expiry != null) ? Duration.between(this.clock.instant(), expiry).toMillis() / MILLIS : Double.NaN;
	}

	/**
	 * Keeps one registry up to date.
	 */
	private final class Registrar implements TokenActivities.Listener {

		private final MeterRegistry registry;

		private final Map<TokenActivity, List<Meter>> meters = new ConcurrentHashMap<>();

		private Registrar(MeterRegistry registry) {
			this.registry = registry;
		}

		@Override
		public void added(TokenActivity activity) {
			this.meters.put(activity, List.of(
					counter(OAuthCcMeter.TOKEN_MEMORY_HITS, activity, TokenEvent.FOUND_IN_MEMORY),
					counter(OAuthCcMeter.TOKEN_REFRESHES, activity, TokenEvent.RENEWED, Tag.OUTCOME, "success"),
					counter(OAuthCcMeter.TOKEN_REFRESHES, activity, TokenEvent.NOT_RENEWED, Tag.OUTCOME, "failed"),
					counter(OAuthCcMeter.TOKEN_REFUSALS, activity, TokenEvent.REFUSAL_REMEMBERED),
					counter(OAuthCcMeter.ATTEMPTS_LIMITED, activity, TokenEvent.ATTEMPT_LIMITED),
					counter(OAuthCcMeter.UPSTREAM_UNAUTHORIZED, activity, TokenEvent.DROPPED, Tag.ACTION, "evicted"),
					counter(OAuthCcMeter.UPSTREAM_UNAUTHORIZED, activity, TokenEvent.REPLAYED, Tag.ACTION, "replayed"),
					counter(OAuthCcMeter.UPSTREAM_UNAUTHORIZED, activity, TokenEvent.KEPT, Tag.ACTION, "kept"),
					counter(OAuthCcMeter.CLAIMS_REJECTED, activity, TokenEvent.INSUFFICIENT, Tag.REASON,
							"insufficient"),
					counter(OAuthCcMeter.CLAIMS_REJECTED, activity, TokenEvent.UNREADABLE, Tag.REASON, "unreadable"),
					gauge(OAuthCcMeter.TOKEN_IN_FLIGHT, activity, TokenActivity::inFlight),
					gauge(OAuthCcMeter.TOKEN_EXPIRY, activity, (same) -> secondsToExpiry(same.name())),
					gauge(OAuthCcMeter.TOKEN_ENDPOINT_OPEN, activity,
							(same) -> MiddlewareMeters.this.middlewares.isLeftAlone(same.name()) ? 1 : 0)));
		}

		@Override
		public void removed(TokenActivity activity) {
			this.meters.getOrDefault(activity, List.of()).forEach(this.registry::remove);
			this.meters.remove(activity);
		}

		private Meter counter(OAuthCcMeter meter, TokenActivity activity, TokenEvent event) {
			return counter(meter, activity, event, Tags.of(Tag.MIDDLEWARE.key(), activity.name()));
		}

		private Meter counter(OAuthCcMeter meter, TokenActivity activity, TokenEvent event, Tag tag, String value) {
			return counter(meter, activity, event, Tags.of(Tag.MIDDLEWARE.key(), activity.name(), tag.key(), value));
		}

		private Meter counter(OAuthCcMeter meter, TokenActivity activity, TokenEvent event, Tags tags) {
			return FunctionCounter.builder(meter.meterName(), activity, (same) -> same.countOf(event))
				.description(meter.description())
				.tags(tags)
				.register(this.registry);
		}

		private Meter gauge(OAuthCcMeter meter, TokenActivity activity, ToDoubleFunction<TokenActivity> value) {
			return Gauge.builder(meter.meterName(), activity, value)
				.description(meter.description())
				.tags(Tags.of(Tag.MIDDLEWARE.key(), activity.name()))
				.baseUnit((meter.type() == OAuthCcMeter.Type.GAUGE_OF_SECONDS) ? "seconds" : null)
				.register(this.registry);
		}

	}

}
