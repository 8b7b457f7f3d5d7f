package io.oauthcc.gateway.filter;

import io.oauthcc.gateway.token.AccessTokenException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;

/**
 * The answers that the filter writes itself (RFC 9457). They tell a caller what to do,
 * and nothing about client, secret, token endpoint or gateway.
 */
enum Problem {

	CREDENTIALS_MISSING(HttpStatus.UNAUTHORIZED,
			"Send the client id and secret of your application in one Authorization header with the scheme Basic."),

	CREDENTIALS_REFUSED(HttpStatus.UNAUTHORIZED,
			"The client id or the secret of your application is wrong. Send the right ones in one Authorization header"
					+ " with the scheme Basic."),

	GRANT_REFUSED(HttpStatus.FORBIDDEN,
			"Your application is known, but it is not allowed to use this route. Ask its administrator to allow it."),

	GATEWAY_REFUSED(HttpStatus.BAD_GATEWAY,
			"The gateway could not obtain access to the service. Nothing is wrong with your request."),

	AUTHORIZATION_SERVER_FAULTY(HttpStatus.BAD_GATEWAY,
			"The authorization server did not answer as it should. Nothing is wrong with your request."),

	AUTHORIZATION_SERVER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE,
			"The authorization server is not available at the moment. Try again later."),

	AUTHORIZATION_SERVER_SLOW(HttpStatus.GATEWAY_TIMEOUT,
			"The authorization server did not answer in time. Try again later."),

	ACCESS_INSUFFICIENT(HttpStatus.FORBIDDEN,
			"The access that was granted does not include what this route requires. Ask its administrator to allow it."),

	TOO_MANY_ATTEMPTS(HttpStatus.TOO_MANY_REQUESTS,
			"Too many wrong credentials came from your network. Correct those of your application, and try again later."),

	SECRET_MISSING(HttpStatus.SERVICE_UNAVAILABLE,
			"The gateway lacks what it needs for this route at the moment. Try again later."),

	ROUTE_MISCONFIGURED(HttpStatus.SERVICE_UNAVAILABLE,
			"This route is not configured correctly. Nothing is wrong with your request.");

	private final HttpStatus status;

	private final String body;

	Problem(HttpStatus status, String detail) {
		this.status = status;
		this.body = render(status, detail);
	}

	private static String render(HttpStatus status, String detail) {
		return new JsonMapper().writeValueAsString(new Body(status.getReasonPhrase(), status.value(), detail));
	}

	HttpStatus status() {
		return this.status;
	}

	String body() {
		return this.body;
	}

	/**
	 * The answer to a failure.
	 * @param ex why there is no token
	 * @param caller whether the credentials are the caller's own
	 */
	static Problem of(AccessTokenException ex, boolean caller) {
		return switch (ex.getFailure()) {
			case CLIENT_REFUSED -> caller ? CREDENTIALS_REFUSED : GATEWAY_REFUSED;
			case GRANT_REFUSED -> caller ? GRANT_REFUSED : GATEWAY_REFUSED;
			case UNREACHABLE, BUSY, NOT_ASKED -> AUTHORIZATION_SERVER_UNAVAILABLE;
			// With a word on when it is back there is something a caller can do.
			case UNAVAILABLE ->
				(ex.getRetryAfter() != null) ? AUTHORIZATION_SERVER_UNAVAILABLE : AUTHORIZATION_SERVER_FAULTY;
			case TIMEOUT -> AUTHORIZATION_SERVER_SLOW;
			case UNTRUSTED, REQUEST_REJECTED, SERVER_ERROR, BAD_ANSWER, UNVERIFIED, UNVERIFIABLE ->
				AUTHORIZATION_SERVER_FAULTY;
			case TOO_MANY_ATTEMPTS -> TOO_MANY_ATTEMPTS;
		};
	}

	/** RFC 9457, section 3.1; no {@code type} means {@code about:blank}. */
	private record Body(String title, int status, String detail) {

	}

}
