package io.oauthcc.gateway.token;

/**
 * What is known of credentials before a token endpoint is asked.
 */
public enum Standing {

	/**
	 * They hold a usable token, which is to be renewed.
	 */
	RENEWING,

	/**
	 * They have held a token, or stand in the configuration.
	 */
	KNOWN,

	/**
	 * They have never been accepted: anybody may have made them up.
	 */
	NEWCOMER

}
