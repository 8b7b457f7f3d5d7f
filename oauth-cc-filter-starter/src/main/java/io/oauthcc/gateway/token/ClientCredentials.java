package io.oauthcc.gateway.token;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Identifier of a client, and its secret or what else proves that it is the client; and
 * the {@code Authorization} header they came in if a caller sent them.
 * <p>
 * Immutable. Equal by identity only, and {@link #toString()} shows nothing, so that a
 * secret gets neither into a map nor into a log by accident.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1">RFC 6749, section
 * 2.3.1</a>
 */
public final class ClientCredentials {

	private final String clientId;

	private final String clientSecret;

	private final @Nullable AssertionSource assertions;

	private final @Nullable String authorization;

	private ClientCredentials(String clientId, String clientSecret, @Nullable AssertionSource assertions,
			@Nullable String authorization) {
		Assert.hasLength(clientId, "clientId: empty (expected: the client's identifier)");
		this.clientId = clientId;
		this.clientSecret = clientSecret;
		this.assertions = assertions;
		this.authorization = authorization;
	}

	/**
	 * Credentials that stand in the configuration.
	 * @param clientId the client's identifier, not empty
	 * @param clientSecret the client's secret
	 * @return the credentials
	 */
	public static ClientCredentials of(String clientId, String clientSecret) {
		return new ClientCredentials(clientId, clientSecret, null, null);
	}

	/**
	 * Credentials that stand in the configuration, of a client that sends assertions.
	 * @param clientId the client's identifier, not empty
	 * @param assertions where the assertions come from
	 * @return the credentials
	 */
	public static ClientCredentials of(String clientId, AssertionSource assertions) {
		return new ClientCredentials(clientId, "", assertions, null);
	}

	/**
	 * Credentials that stand in the configuration, of a client whose requests hold no
	 * proof: it shows a certificate when it connects, or needs none.
	 * @param clientId the client's identifier, not empty
	 * @return the credentials
	 */
	public static ClientCredentials withoutSecret(String clientId) {
		return new ClientCredentials(clientId, "", null, null);
	}

	/**
	 * Credentials that a caller sent (RFC 7617).
	 * @param clientId the user-id of the header, not empty
	 * @param clientSecret the password of the header
	 * @param authorization the value of the header as it came, which is what a token
	 * endpoint gets that takes {@link ClientAuthentication#CLIENT_SECRET_BASIC}
	 * @return the credentials
	 */
	public static ClientCredentials ofCaller(String clientId, String clientSecret, String authorization) {
		return new ClientCredentials(clientId, clientSecret, null, authorization);
	}

	/**
	 * The client's identifier.
	 * @return the identifier as it is before any encoding
	 */
	public String clientId() {
		return this.clientId;
	}

	/**
	 * The client's secret.
	 * @return the secret as it is before any encoding, empty for a client that sends none
	 */
	public String clientSecret() {
		return this.clientSecret;
	}

	/**
	 * Where the client's assertions come from.
	 * @return the source, or {@code null} if the client sends none
	 */
	public @Nullable AssertionSource assertions() {
		return this.assertions;
	}

	/**
	 * The caller's {@code Authorization} header.
	 * @return the header's value as it came, or {@code null} if the credentials are
	 * configured
	 */
	public @Nullable String authorization() {
		return this.authorization;
	}

	/**
	 * Whether a caller sent these credentials.
	 * @return {@code true} at application level, {@code false} at gateway level
	 */
	public boolean isCaller() {
		return this.authorization != null;
	}

	@Override
	public String toString() {
		return isCaller() ? "ClientCredentials[of a caller]" : "ClientCredentials[configured]";
	}

}
