package io.oauthcc.gateway.observation;

import java.util.Locale;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.oauthcc.gateway.token.AccessTokenException;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * What the observations of this starter have in common.
 */
public final class Observations {

	private Observations() {
	}

	/**
	 * Start an observation as a child of what is observed of a call.
	 * @param meter which one, a timer
	 * @param name how its span is called
	 * @param context what is observed
	 * @param call the Reactor context of the call, which may hold an observation
	 * @param registry is told
	 * @return the observation, to be stopped by the caller
	 */
	public static Observation start(OAuthCcMeter meter, String name, Observation.Context context, ContextView call,
			ObservationRegistry registry) {
		@Nullable Observation parent = call.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		return Observation.createNotStarted(meter.meterName(), () -> context, registry)
			.contextualName(name)
			.parentObservation(parent)
			.start();
	}

	/**
	 * Why there is no token, as the value of a tag.
	 * @param error what went wrong
	 * @return the kind of failure in lower case, {@code other} for what is none
	 */
	public static String failureOf(Throwable error) {
		return (error instanceof AccessTokenException ex) ? ex.getFailure().name().toLowerCase(Locale.ROOT) : "other";
	}

}
