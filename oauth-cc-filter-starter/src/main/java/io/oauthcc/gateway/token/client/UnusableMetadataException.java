package io.oauthcc.gateway.token.client;

/**
 * What an authorization server publishes is of no use. Its message quotes nothing of
 * that.
 */
final class UnusableMetadataException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnusableMetadataException(String message) {
		super(message);
	}

}
