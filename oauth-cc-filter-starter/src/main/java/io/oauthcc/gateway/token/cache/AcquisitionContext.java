package io.oauthcc.gateway.token.cache;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import io.oauthcc.gateway.observation.Observations;
import io.oauthcc.gateway.token.TokenEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How one call comes to its token.
 */
final class AcquisitionContext extends Observation.Context {

	/** Whoever does not obtain it waits for whoever does. */
	private volatile TokenEvent source = TokenEvent.WAITED_FOR;

	private volatile @Nullable Observation observation;

	AcquisitionContext(String middleware) {
		addLowCardinalityKeyValue(KeyValue.of(Tag.MIDDLEWARE.key(), middleware));
		end("none", "cancelled");
	}

	/** Have what is observed of the call appear as the cause of something. */
	<T> Mono<T> causing(Mono<T> work) {
		Observation observation = this.observation;
		return (observation != null && !observation.isNoop())
				? work.contextWrite((own) -> own.put(ObservationThreadLocalAccessor.KEY, observation)) : work;
	}

	void observedBy(Observation observation) {
		this.observation = observation;
	}

	void from(TokenEvent source) {
		this.source = source;
	}

	TokenEvent source() {
		return this.source;
	}

	void succeeded() {
		end(switch (this.source) {
			case FOUND_IN_STORE -> "store";
			case OBTAINED -> "endpoint";
			default -> "waited";
		}, "none");
	}

	void failed(Throwable error) {
		end("none", Observations.failureOf(error));
	}

	private void end(String source, String failure) {
		addLowCardinalityKeyValue(KeyValue.of(Tag.SOURCE.key(), source));
		addLowCardinalityKeyValue(KeyValue.of(Tag.FAILURE.key(), failure));
	}

}
