package io.oauthcc.gateway.observation;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.TraceHeaders;
import reactor.core.publisher.Mono;

/**
 * Observes each request of another client, as a child of what is observed of the call
 * that it is for.
 */
public final class ObservedAccessTokenClient implements AccessTokenClient {

	private final AccessTokenClient client;

	private final ObservationRegistry registry;

	private final boolean propagate;

	/**
	 * Create a client.
	 * @param client sends the requests
	 * @param registry is told of them
	 * @param propagate whether token endpoints are told the trace that a request belongs
	 * to
	 */
	public ObservedAccessTokenClient(AccessTokenClient client, ObservationRegistry registry, boolean propagate) {
		this.client = client;
		this.registry = registry;
		this.propagate = propagate;
	}

	@Override
	public Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout) {
		if (this.registry.isNoop()) {
			return this.client.send(request, timeout);
		}
		return Mono.deferContextual((call) -> {
			TokenRequestContext context = new TokenRequestContext(request.grant(), this.propagate);
			Observation observation = Observations.start(OAuthCcMeter.TOKEN_REQUEST, "token request", context, call,
					this.registry);
			return this.client.send(request, timeout)
				.doOnSuccess((response) -> context.succeeded())
				.doOnError((error) -> {
					context.failed(error);
					observation.error(error);
				})
				.doFinally((signal) -> observation.stop())
				.contextWrite((own) -> TraceHeaders.put(own, headersOf(context)));
		});
	}

	private static Map<String, String> headersOf(TokenRequestContext context) {
		return Objects.requireNonNullElse(context.getCarrier(), Map.of());
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		this.client.prepare(grant);
	}

}
