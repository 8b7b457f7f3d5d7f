package io.oauthcc.gateway.token.cache;

import java.util.function.Function;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.observation.Observations;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenActivity;
import io.oauthcc.gateway.token.TokenEvent;
import reactor.core.publisher.Mono;

/**
 * Observes and counts how calls come to tokens that are not in memory.
 */
final class Acquisitions {

	private final TokenActivities activities;

	private final ObservationRegistry registry;

	Acquisitions(TokenActivities activities, ObservationRegistry registry) {
		this.activities = activities;
		this.registry = registry;
	}

	/**
	 * Observe one of them.
	 * @param request what the call asks for
	 * @param acquisition obtains the token, and says where from
	 * @return the same
	 */
	Mono<AccessToken> observe(AccessTokenRequest request, Function<AcquisitionContext, Mono<AccessToken>> acquisition) {
		return Mono.deferContextual((call) -> {
			String name = request.grant().name();
			AcquisitionContext context = new AcquisitionContext(name);
			Observation observation = Observations.start(OAuthCcMeter.TOKEN_ACQUISITION, "token acquisition", context,
					call, this.registry);
			context.observedBy(observation);
			TokenActivity activity = this.activities.of(name);
			return acquisition.apply(context).doOnSuccess((token) -> {
				context.succeeded();
				activity.count(context.source());
			}).doOnError((error) -> {
				context.failed(error);
				observation.error(error);
				activity.count(TokenEvent.NOT_OBTAINED);
			}).doFinally((signal) -> observation.stop());
		});
	}

	/** Count a token as one that is being obtained. */
	Mono<AccessToken> inFlight(AccessTokenRequest request, Mono<AccessToken> obtaining) {
		TokenActivity activity = this.activities.of(request.grant().name());
		return Mono.defer(() -> {
			activity.begun();
			return obtaining.doFinally((signal) -> activity.ended());
		});
	}

}
