package io.oauthcc.gateway.token.redis;

import java.util.Locale;
import java.util.Optional;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Observes the commands to one store.
 */
final class CommandObservations {

	private final String store;

	private final ObservationRegistry registry;

	CommandObservations(String store, ObservationRegistry registry) {
		this.store = store;
		this.registry = registry;
	}

	<T> Mono<T> observe(RedisCircuit.Use use, Mono<T> command) {
		if (this.registry.isNoop()) {
			return command;
		}
		return Mono.deferContextual((call) -> {
			@Nullable Observation parent = call.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			String name = use.name().toLowerCase(Locale.ROOT);
			Observation observation = Observation
				.createNotStarted(OAuthCcMeter.STORE_COMMAND.meterName(), this.registry)
				.contextualName("token store " + name)
				.lowCardinalityKeyValue(KeyValue.of(Tag.STORE.key(), this.store))
				.lowCardinalityKeyValue(KeyValue.of(Tag.COMMAND.key(), name))
				.lowCardinalityKeyValue(KeyValue.of(Tag.OUTCOME.key(), "cancelled"))
				.parentObservation(parent)
				.start();
			return command.doOnSuccess((result) -> end(observation, outcomeOf(result))).doOnError((error) -> {
				observation.error(error);
				end(observation, "error");
			}).doFinally((signal) -> observation.stop());
		});
	}

	private static void end(Observation observation, String outcome) {
		observation.lowCardinalityKeyValue(KeyValue.of(Tag.OUTCOME.key(), outcome));
	}

	private static String outcomeOf(@Nullable Object result) {
		if (result instanceof Optional<?> entry) {
			return entry.isPresent() ? "hit" : "miss";
		}
		return "done";
	}

}
