package io.oauthcc.gateway.token;

/**
 * Whether a token endpoint is asked, as its circuit breaker has it.
 */
public enum EndpointState {

	/** It is asked. */
	CLOSED,

	/** One request finds out whether it works again. */
	HALF_OPEN,

	/** It is left alone, since it failed too often or asked for it. */
	OPEN

}
