package io.oauthcc.gateway.token.redis;

import java.util.Locale;
import java.util.Optional;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import io.oauthcc.gateway.observation.Observations;
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
			String name = use.name().toLowerCase(Locale.ROOT);
			Observation.Context context = new Observation.Context();
			context.addLowCardinalityKeyValue(KeyValue.of(Tag.STORE.key(), this.store));
			context.addLowCardinalityKeyValue(KeyValue.of(Tag.COMMAND.key(), name));
			end(context, "cancelled");
			Observation observation = Observations.start(OAuthCcMeter.STORE_COMMAND, "token store " + name, context,
					call, this.registry);
			return command.doOnSuccess((result) -> end(context, outcomeOf(result))).doOnError((error) -> {
				observation.error(error);
				end(context, "error");
			}).doFinally((signal) -> observation.stop());
		});
	}

	private static void end(Observation.Context context, String outcome) {
		context.addLowCardinalityKeyValue(KeyValue.of(Tag.OUTCOME.key(), outcome));
	}

	private static String outcomeOf(@Nullable Object result) {
		if (result instanceof Optional<?> entry) {
			return entry.isPresent() ? "hit" : "miss";
		}
		return "done";
	}

}
