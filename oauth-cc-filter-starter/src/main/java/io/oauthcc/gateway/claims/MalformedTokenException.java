package io.oauthcc.gateway.claims;

/**
 * A token whose claims cannot be read. The message tells an operator why and holds
 * nothing of the token. Has no stack trace: it comes out of a token, not out of a line of
 * code.
 */
public class MalformedTokenException extends RuntimeException {

	private final Reason reason;

	MalformedTokenException(Reason reason, String message) {
		super(message, null, false, false);
		this.reason = reason;
	}

	/**
	 * Why the claims cannot be read.
	 * @return the kind of fault
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * What can be wrong with a token.
	 */
	public enum Reason {

		/**
		 * It has not the three parts of a signed JWT: opaque, most likely.
		 */
		NOT_A_JWT,

		/**
		 * It has the five parts of an encrypted JWT (RFC 7516), which the service alone
		 * can read.
		 */
		ENCRYPTED,

		/**
		 * It is not signed: {@code alg} is {@code none}, or the signature is empty.
		 */
		UNSECURED,

		/**
		 * It is longer than 65,536 characters.
		 */
		TOO_LARGE,

		/**
		 * Objects and arrays stand more than 16 deep within each other.
		 */
		TOO_DEEP,

		/**
		 * It has three parts, but they are not what RFC 7515 and RFC 7519 ask for.
		 */
		MALFORMED

	}

}
