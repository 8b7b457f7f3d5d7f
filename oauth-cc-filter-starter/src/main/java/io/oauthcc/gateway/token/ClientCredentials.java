package io.oauthcc.gateway.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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

	private static final String NO_IDENTIFIER = "clientId: empty (expected: the client's identifier)";

	/**
	 * Identifier, colon and secret, in UTF-8. A request whose token is in memory needs no
	 * text of them.
	 */
	private final byte[] userPass;

	/** Where the identifier begins. */
	private final int start;

	/** Where the colon is that ends it. */
	private final int colon;

	/** Where the secret ends. */
	private final int end;

	private final @Nullable AssertionSource assertions;

	private final @Nullable String authorization;

	private ClientCredentials(ByteBuffer userPass, int colon, @Nullable AssertionSource assertions,
			@Nullable String authorization) {
		Assert.isTrue(colon > userPass.position(), NO_IDENTIFIER);
		Assert.isTrue(colon < userPass.limit() && userPass.get(colon) == ':', "No colon between identifier and secret");
		this.userPass = userPass.array();
		this.start = userPass.arrayOffset() + userPass.position();
		this.colon = userPass.arrayOffset() + colon;
		this.end = userPass.arrayOffset() + userPass.limit();
		this.assertions = assertions;
		this.authorization = authorization;
	}

	private static ClientCredentials of(String clientId, String clientSecret, @Nullable AssertionSource assertions,
			@Nullable String authorization) {
		Assert.hasLength(clientId, NO_IDENTIFIER);
		Assert.notNull(clientSecret, "clientSecret: none (expected: the client's secret)");
		byte[] userPass = (clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8);
		int colon = clientId.getBytes(StandardCharsets.UTF_8).length;
		return new ClientCredentials(ByteBuffer.wrap(userPass), colon, assertions, authorization);
	}

	/**
	 * Credentials that stand in the configuration.
	 * @param clientId the client's identifier, not empty
	 * @param clientSecret the client's secret
	 * @return the credentials
	 */
	public static ClientCredentials of(String clientId, String clientSecret) {
		return of(clientId, clientSecret, null, null);
	}

	/**
	 * Credentials that stand in the configuration, of a client that sends assertions.
	 * @param clientId the client's identifier, not empty
	 * @param assertions where the assertions come from
	 * @return the credentials
	 */
	public static ClientCredentials of(String clientId, AssertionSource assertions) {
		return of(clientId, "", assertions, null);
	}

	/**
	 * Credentials that stand in the configuration, of a client whose requests hold no
	 * proof: it shows a certificate when it connects, or needs none.
	 * @param clientId the client's identifier, not empty
	 * @return the credentials
	 */
	public static ClientCredentials withoutSecret(String clientId) {
		return of(clientId, "", null, null);
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
		return of(clientId, clientSecret, null, authorization);
	}

	/**
	 * Credentials that a caller sent (RFC 7617), of which no text is made before somebody
	 * asks for it.
	 * @param userPass user-id, colon and password in valid UTF-8, with an array that
	 * nobody changes any more
	 * @param colon index of the colon, after the user-id, which is not empty
	 * @param authorization the value of the header as it came
	 * @return the credentials
	 * @see #ofCaller(String, String, String)
	 */
	public static ClientCredentials ofCaller(ByteBuffer userPass, int colon, String authorization) {
		return new ClientCredentials(userPass, colon, null, authorization);
	}

	/**
	 * The client's identifier.
	 * @return the identifier as it is before any encoding
	 */
	public String clientId() {
		return text(this.start, this.colon);
	}

	/**
	 * The client's secret.
	 * @return the secret as it is before any encoding, empty for a client that sends none
	 */
	public String clientSecret() {
		return text(this.colon + 1, this.end);
	}

	private String text(int from, int to) {
		return new String(this.userPass, from, to - from, StandardCharsets.UTF_8);
	}

	/** Feeds identifier and secret, each with its length, to a digest. */
	void addTo(TokenKeyGenerator.Input digest) {
		digest.add(this.userPass, this.start, this.colon).add(this.userPass, this.colon + 1, this.end);
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
