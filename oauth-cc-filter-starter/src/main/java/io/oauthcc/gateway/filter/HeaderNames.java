package io.oauthcc.gateway.filter;

/**
 * Names of headers that every request is asked for, in lower case: a map of headers makes
 * another text of any other spelling each time.
 */
final class HeaderNames {

	static final String AUTHORIZATION = "authorization";

	static final String CONNECTION = "connection";

	static final String CONTENT_LENGTH = "content-length";

	static final String PROXY_AUTHORIZATION = "proxy-authorization";

	/** What CGI, and what follows it, takes for the same header. */
	static final String PROXY_AUTHORIZATION_OF_CGI = "proxy_authorization";

	static final String TRANSFER_ENCODING = "transfer-encoding";

	private HeaderNames() {
	}

}
