package io.oauthcc.gateway.token;

import java.util.Locale;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

/**
 * How a client authenticates itself at the token endpoint.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3">RFC 6749, section
 * 2.3</a>
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
	CLIENT_SECRET_POST,

	/**
	 * An assertion under an HMAC with the client secret (RFC 7523, section 2.2).
	 */
	CLIENT_SECRET_JWT,

	/**
	 * An assertion that the client has signed, or that another party has issued to it
	 * (RFC 7523, section 2.2).
	 */
	PRIVATE_KEY_JWT,

	/**
	 * The certificate of the connection, by the name in it (RFC 8705, section 2.1).
	 */
	TLS_CLIENT_AUTH,

	/**
	 * The certificate of the connection, which the token endpoint knows itself (RFC 8705,
	 * section 2.2).
	 */
	SELF_SIGNED_TLS_CLIENT_AUTH,

	/**
	 * None: the client only says who it is.
	 */
	NONE;

	/**
	 * Whether callers can authenticate themselves in this way, with the id and secret of
	 * their {@code Basic} header.
	 * @return {@code true} if nothing but id and secret is needed, as they are
	 */
	public boolean isForCallers() {
		return this == CLIENT_SECRET_BASIC || this == CLIENT_SECRET_POST;
	}

	/**
	 * The name in metadata and registrations of clients (RFC 7591, section 2).
	 * @return the name, which is also that of Spring Security's method
	 */
	public String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The same in Spring Security.
	 * @return the method
	 */
	public ClientAuthenticationMethod method() {
		return ClientAuthenticationMethod.valueOf(value());
	}

}
