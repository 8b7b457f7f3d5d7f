package io.oauthcc.gateway.observation;

import io.micrometer.common.KeyValue;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;

/**
 * Who the client of a request is, as the claim says that {@code usernameClaim} names.
 */
public final class ClientUsername {

	/**
	 * The attribute of an exchange that holds the name, a {@link String}. It is what the
	 * token says, so it may hold any character. Absent before the token is there, and
	 * without the claim.
	 */
	public static final String ATTRIBUTE = ClientUsername.class.getName();

	/** OpenTelemetry's name, of high cardinality: a span has it, no metric does. */
	private static final String KEY = "enduser.id";

	private ClientUsername() {
	}

	/**
	 * Note who the client is, for the access log and the server's span.
	 * @param exchange the exchange of the request
	 * @param username the name, or {@code null} if nothing tells it
	 */
	public static void note(ServerWebExchange exchange, @Nullable String username) {
		if (username == null) {
			// A filter such as Retry may have had it sent with another token before.
			if (exchange.getAttributes().containsKey(ATTRIBUTE)) {
				forget(exchange);
			}
			return;
		}
		exchange.getAttributes().put(ATTRIBUTE, username);
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((context) -> context.addHighCardinalityKeyValue(KeyValue.of(KEY, LogText.of(username))));
	}

	/**
	 * Take back what has been noted: the request is sent with another token, which may
	 * name somebody else or nobody.
	 * @param exchange the exchange of the request
	 */
	public static void forget(ServerWebExchange exchange) {
		exchange.getAttributes().remove(ATTRIBUTE);
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((context) -> context.removeHighCardinalityKeyValue(KEY));
	}

}
