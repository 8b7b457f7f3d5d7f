package io.oauthcc.gateway.observation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.Propagator;
import io.micrometer.observation.transport.SenderContext;
import io.oauthcc.gateway.observation.OAuthCcMeter.Tag;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.ClientCredentialsGrant;

/**
 * What is observed of one request to a token endpoint. Handlers that trace write their
 * headers into it, which goes with the request if the trace is to be carried on.
 */
final class TokenRequestContext extends SenderContext<Map<String, String>> {

	private static final Propagator.Setter<Map<String, String>> KEPT_HERE = (carrier, key, value) -> {
	};

	TokenRequestContext(ClientCredentialsGrant grant, boolean propagate) {
		super(propagate ? (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value) : KEPT_HERE,
				Kind.CLIENT);
		setCarrier(new LinkedHashMap<>());
		String host = grant.tokenEndpoint().hostAndPort();
		setRemoteServiceName(host);
		addLowCardinalityKeyValue(KeyValue.of(Tag.MIDDLEWARE.key(), grant.name()));
		addLowCardinalityKeyValue(KeyValue.of(Tag.HOST.key(), host));
		end("cancelled", "cancelled");
	}

	void succeeded() {
		end("success", "none");
	}

	void failed(Throwable error) {
		boolean refused = error instanceof AccessTokenException ex && ex.getFailure().isRefusal();
		end(refused ? "refused" : "failed", Observations.failureOf(error));
	}

	private void end(String outcome, String failure) {
		addLowCardinalityKeyValue(KeyValue.of(Tag.OUTCOME.key(), outcome));
		addLowCardinalityKeyValue(KeyValue.of(Tag.FAILURE.key(), failure));
	}

}
