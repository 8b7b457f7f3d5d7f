package io.oauthcc.gateway.token;

/**
 * How a client authenticates itself at the token endpoint.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1">RFC 6749, section
 * 2.3.1</a>
 */
public enum ClientAuthentication {

	/**
	 * Client id and secret in the {@code Authorization} header, scheme {@code Basic}.
	 */
	CLIENT_SECRET_BASIC,

	/**
	 * Client id and secret in the body of the request, as {@code client_id} and
	 * {@code client_secret}.
	 */
	CLIENT_SECRET_POST

}
