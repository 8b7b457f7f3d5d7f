package io.oauthcc.gateway.token;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * There is no token. The message tells an operator why and holds nothing secret; it is
 * not meant for a caller. Has no stack trace: it comes out of a token endpoint's answer,
 * not out of a line of code.
 */
public class AccessTokenException extends RuntimeException {

	private final AccessTokenFailure failure;

	private final @Nullable Duration retryAfter;

	/**
	 * Create an exception.
	 * @param failure the kind of failure
	 * @param message what happened, without secrets
	 */
	public AccessTokenException(AccessTokenFailure failure, String message) {
		this(failure, message, null);
	}

	/**
	 * Create an exception.
	 * @param failure the kind of failure
	 * @param message what happened, without secrets
	 * @param retryAfter the wait that the token endpoint asks for, or {@code null}
	 */
	public AccessTokenException(AccessTokenFailure failure, String message, @Nullable Duration retryAfter) {
		super(message, null, false, false);
		this.failure = failure;
		this.retryAfter = retryAfter;
	}

	/**
	 * The kind of failure.
	 * @return the kind
	 */
	public AccessTokenFailure getFailure() {
		return this.failure;
	}

	/**
	 * The wait that the token endpoint asks for before the next request.
	 * @return the wait, or {@code null} if it asks for none
	 */
	public @Nullable Duration getRetryAfter() {
		return this.retryAfter;
	}

}
