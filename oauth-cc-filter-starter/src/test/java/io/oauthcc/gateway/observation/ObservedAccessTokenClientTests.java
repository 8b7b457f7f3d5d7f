package io.oauthcc.gateway.observation;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.SenderContext;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TraceHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

class ObservedAccessTokenClientTests {

	private static final AccessTokenResponse RESPONSE = new AccessTokenResponse("hush-token", Duration.ofMinutes(1),
			Set.of());

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final AccessTokenRequest request = new TokenKeyGenerator()
		.requestsOf(TestGrants.grant().tokenUri("https://idp.example:8443/token?key=hush").build())
		.with(ClientCredentials.of("hush-id", "hush-secret"));

	ObservedAccessTokenClientTests() {
		this.registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
	}

	@Test
	void requestWhenAnsweredThenTimed() {
		send((request, timeout) -> Mono.just(RESPONSE), false);
		assertThat(tags()).containsEntry("middleware", "orders")
			.containsEntry("host", "idp.example:8443")
			.containsEntry("outcome", "success")
			.containsEntry("failure", "none");
		assertThat(this.meters.getMetersAsString()).doesNotContain("hush");
	}

	@ParameterizedTest
	@CsvSource({ "CLIENT_REFUSED, refused, client_refused", "GRANT_REFUSED, refused, grant_refused",
			"TIMEOUT, failed, timeout", "BAD_ANSWER, failed, bad_answer" })
	void requestWhenFailedThenWhy(AccessTokenFailure failure, String outcome, String name) {
		StepVerifier
			.create(client((request, timeout) -> Mono.error(new AccessTokenException(failure, "no")), false)
				.send(this.request, Duration.ofSeconds(1)))
			.expectError(AccessTokenException.class)
			.verify();
		assertThat(tags()).containsEntry("outcome", outcome).containsEntry("failure", name);
	}

	@Test
	void requestWhenCancelledThenSaidSo() {
		client((request, timeout) -> Mono.never(), false).send(this.request, Duration.ofSeconds(1))
			.subscribe()
			.dispose();
		assertThat(tags()).containsEntry("outcome", "cancelled").containsEntry("failure", "cancelled");
	}

	@Test
	void requestWhenCallIsObservedThenItsChild() {
		Observation call = Observation.createNotStarted("call", this.registry).start();
		Parents parents = new Parents();
		this.registry.observationConfig().observationHandler(parents);
		StepVerifier
			.create(client((request, timeout) -> Mono.just(RESPONSE), false).send(this.request, Duration.ofSeconds(1))
				.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, call)))
			.expectNext(RESPONSE)
			.verifyComplete();
		assertThat(parents.last).isSameAs(call);
	}

	@ParameterizedTest
	@CsvSource({ "true, trace-1", "false, " })
	void traceWhenToBePropagatedThenInContext(boolean propagate, String expected) {
		this.registry.observationConfig().observationHandler(new Injecting());
		AccessTokenClient client = client((request, timeout) -> Mono.deferContextual((context) -> {
			assertThat(TraceHeaders.of(context))
				.isEqualTo((expected != null) ? Map.of("traceparent", expected) : Map.of());
			return Mono.just(RESPONSE);
		}), propagate);
		StepVerifier.create(client.send(this.request, Duration.ofSeconds(1))).expectNext(RESPONSE).verifyComplete();
	}

	@Test
	void requestWhenNobodyObservesThenJustSent() {
		AccessTokenClient client = new ObservedAccessTokenClient((request, timeout) -> Mono.just(RESPONSE),
				ObservationRegistry.NOOP, true);
		StepVerifier.create(client.send(this.request, Duration.ofSeconds(1))).expectNext(RESPONSE).verifyComplete();
	}

	private void send(AccessTokenClient client, boolean propagate) {
		StepVerifier.create(client(client, propagate).send(this.request, Duration.ofSeconds(1)))
			.expectNext(RESPONSE)
			.verifyComplete();
	}

	private AccessTokenClient client(AccessTokenClient client, boolean propagate) {
		return new ObservedAccessTokenClient(client, this.registry, propagate);
	}

	private Map<String, String> tags() {
		Meter meter = this.meters.getMeters().stream().filter(Timer.class::isInstance).findFirst().orElseThrow();
		assertThat(meter.getId().getName()).isEqualTo(OAuthCcMeter.TOKEN_REQUEST.meterName());
		return meter.getId().getTags().stream().collect(Collectors.toMap(Tag::getKey, Tag::getValue));
	}

	private static final class Parents implements ObservationHandler<Observation.Context> {

		private Object last = this;

		@Override
		public void onStart(Observation.Context context) {
			this.last = String.valueOf(context.getParentObservation());
			if (context.getParentObservation() != null) {
				this.last = context.getParentObservation();
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	/** As handlers that trace do. */
	private static final class Injecting implements ObservationHandler<SenderContext<Object>> {

		@Override
		public void onStart(SenderContext<Object> context) {
			context.getSetter().set(context.getCarrier(), "traceparent", "trace-1");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof SenderContext;
		}

	}

}
