package io.oauthcc.gateway.token;

import java.util.Map;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The headers with which a request to a token endpoint carries a trace on, such as
 * {@code traceparent}. They stand in the Reactor context of
 * {@link AccessTokenClient#send}; there are none unless
 * {@code oauth-cc.observation.propagate} is set.
 */
public final class TraceHeaders {

	private static final Object KEY = TraceHeaders.class;

	private TraceHeaders() {
	}

	/**
	 * Have a request carry headers.
	 * @param context the context of the request
	 * @param headers the headers
	 * @return the context with them
	 */
	public static Context put(Context context, Map<String, String> headers) {
		return context.put(KEY, Map.copyOf(headers));
	}

	/**
	 * The headers that a request is to carry.
	 * @param context the context of the request
	 * @return the headers, may be empty
	 */
	public static Map<String, String> of(ContextView context) {
		return context.<Map<String, String>>getOrEmpty(KEY).orElse(Map.of());
	}

}
