package io.oauthcc.gateway.token;

/**
 * What may become of a call, or of a token, that is worth a number.
 */
public enum TokenEvent {

	/** A call's token was in memory. */
	FOUND_IN_MEMORY,

	/** A call's token was in the store that gateways share. */
	FOUND_IN_STORE,

	/** A call's token was obtained from the token endpoint. */
	OBTAINED,

	/** A call's token was being obtained for another call. */
	WAITED_FOR,

	/** There was no token for a call. */
	NOT_OBTAINED,

	/** A token was renewed in the background. */
	RENEWED,

	/** A token was to be renewed in the background, and was not. */
	NOT_RENEWED,

	/** A call was refused, as the token endpoint had refused the same a moment ago. */
	REFUSAL_REMEMBERED,

	/** A call was turned away, since too many credentials of its origin were refused. */
	ATTEMPT_LIMITED,

	/** A service refused a token, which was dropped. */
	DROPPED,

	/** A service refused a token, and the call was sent once more with another one. */
	REPLAYED,

	/** A service refused a token, which stayed in use. */
	KEPT,

	/** A token was not granted, or does not say, what it must. */
	INSUFFICIENT,

	/** What a token says could not be read. */
	UNREADABLE

}
