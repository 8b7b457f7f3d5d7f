package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.IssuedAssertion;
import io.oauthcc.gateway.token.SigningKey;
import org.jspecify.annotations.Nullable;

/**
 * Checks who the client is and how it proves that, and which of these options go
 * together. Notes every error and goes on.
 */
final class ClientAuthenticationChecker {

	/** RFC 7518, section 3.2, for HS256. */
	private static final int SHORTEST_HMAC_KEY = 32;

	private final OAuthClientCredentialsOptions options;

	private final ClientAuthentication method;

	private final PrivateKeyChecker privateKey;

	private final boolean clientCertificate;

	private final OptionErrors errors;

	/**
	 * Create a checker.
	 * @param options the options
	 * @param clientCertificate whether the token endpoint is shown a certificate
	 * @param errors is told what is wrong
	 */
	ClientAuthenticationChecker(OAuthClientCredentialsOptions options, boolean clientCertificate, OptionErrors errors) {
		this.options = options;
		this.method = options.getClientAuthentication();
		this.privateKey = new PrivateKeyChecker(options.getPrivateKey(), errors);
		this.clientCertificate = clientCertificate;
		this.errors = errors;
	}

	/**
	 * Whether callers bring the credentials. What cannot be theirs makes it the gateway's
	 * own level, also where something is missing that it needs.
	 */
	boolean isApplicationLevel() {
		return this.method.isForCallers() && clientId() == null && clientSecret() == null;
	}

	/** Whom signed assertions are for, or {@code null} for the token endpoint. */
	@Nullable String assertionAudience() {
		return OptionErrors.text(this.options.getClientAssertion().getAudience());
	}

	/**
	 * The configured credentials, or {@code null} at application level, or if they are
	 * wrong.
	 */
	@Nullable ClientCredentials credentials() {
		refuseWhatDoesNotCount();
		if (isApplicationLevel()) {
			return null;
		}
		String clientId = clientId();
		if (clientId == null) {
			this.errors.add("clientId",
					"missing, though %s".formatted(this.method.isForCallers() ? "there is a clientSecret"
							: "clientAuthentication is %s".formatted(this.method.value())),
					this.method.isForCallers() ? "Set 'clientId' as well, or neither for application level."
							: "Set 'clientId': callers have credentials for client_secret_basic and client_secret_post alone.");
			return null;
		}
		this.errors.withoutControls("clientId", clientId);
		return switch (this.method) {
			case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST -> withSecret(clientId);
			case CLIENT_SECRET_JWT -> withAssertionsUnderSecret(clientId);
			case PRIVATE_KEY_JWT -> withAssertions(clientId);
			case TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH -> withCertificate(clientId);
			case NONE -> ClientCredentials.withoutSecret(clientId);
		};
	}

	/** What stands there in vain, since the method says otherwise. */
	private void refuseWhatDoesNotCount() {
		boolean keyed = this.method == ClientAuthentication.PRIVATE_KEY_JWT;
		boolean secret = this.method.isForCallers() || this.method == ClientAuthentication.CLIENT_SECRET_JWT;
		if (!secret && clientSecret() != null) {
			refuseCombination("clientSecret", "client_secret_basic, client_secret_post or client_secret_jwt");
		}
		if (!keyed && this.privateKey.isAnySet()) {
			refuseCombination("privateKey", "private_key_jwt");
		}
		if (!keyed && assertionFile() != null) {
			refuseCombination("assertionFile", "private_key_jwt");
		}
		if (keyed && assertionFile() != null && this.privateKey.isAnySet()) {
			this.errors.add("clientAuthentication", "private_key_jwt takes privateKey or assertionFile, not both",
					"Remove one of them.");
		}
		boolean signs = (keyed && assertionFile() == null) || this.method == ClientAuthentication.CLIENT_SECRET_JWT;
		if (!signs && assertionAudience() != null) {
			this.errors.add("clientAssertion.audience", "means nothing, since no assertion is signed",
					"Remove it, or set 'clientAuthentication' to private_key_jwt or client_secret_jwt.");
		}
	}

	/** About the method, which is no secret and always known. */
	private void refuseCombination(String option, String methods) {
		this.errors.add("clientAuthentication", "%s takes no %s".formatted(this.method.value(), option),
				"Remove '%s', or set 'clientAuthentication' to %s.".formatted(option, methods));
	}

	private @Nullable ClientCredentials withSecret(String clientId) {
		String clientSecret = clientSecret();
		if (clientSecret == null) {
			this.errors.add("clientSecret", "missing, though there is a clientId",
					"Set 'clientSecret' as well, or neither for application level.");
			return null;
		}
		this.errors.withoutControls("clientSecret", clientSecret);
		if (clientId.contains(":") && !this.options.isEncodeCredentials()
				&& this.method == ClientAuthentication.CLIENT_SECRET_BASIC) {
			this.errors.add("clientId", "has a colon, which Basic cannot carry unless it is encoded",
					"Set 'encodeCredentials' to true, or 'clientAuthentication' to client_secret_post.");
		}
		return ClientCredentials.of(clientId, clientSecret);
	}

	private @Nullable ClientCredentials withAssertionsUnderSecret(String clientId) {
		String clientSecret = clientSecret();
		byte[] key = (clientSecret != null) ? clientSecret.getBytes(StandardCharsets.UTF_8) : new byte[0];
		if (key.length < SHORTEST_HMAC_KEY) {
			this.errors.add("clientSecret",
					(clientSecret == null) ? "missing, though clientAuthentication is client_secret_jwt"
							: "has %d characters, too few to sign an assertion with HS256".formatted(key.length),
					"Use a secret of 32 characters or more.");
			return null;
		}
		this.errors.withoutControls("clientSecret", String.valueOf(clientSecret));
		return ClientCredentials.of(clientId,
				new SigningKey(new OctetSequenceKey.Builder(key).algorithm(JWSAlgorithm.HS256).build()));
	}

	private @Nullable ClientCredentials withAssertions(String clientId) {
		String assertion = assertionFile();
		if (assertion != null) {
			return withIssuedAssertion(clientId, assertion);
		}
		if (!this.privateKey.isKeySet()) {
			this.errors.add("privateKey.key", "missing, though clientAuthentication is private_key_jwt",
					"Set 'privateKey.key', or 'assertionFile'.");
			return null;
		}
		SigningKey key = this.privateKey.signingKey();
		return (key != null) ? ClientCredentials.of(clientId, key) : null;
	}

	private @Nullable ClientCredentials withIssuedAssertion(String clientId, String text) {
		IssuedAssertion assertion = IssuedAssertion.read(text);
		if (assertion == null) {
			this.errors.add("assertionFile", "holds no signed JWT with an issuer and a subject",
					"Name a file that holds one, and nothing else.");
			return null;
		}
		return ClientCredentials.of(clientId, assertion);
	}

	private @Nullable ClientCredentials withCertificate(String clientId) {
		if (!this.clientCertificate) {
			this.errors.add("clientAuthentication", "%s needs a certificate to show".formatted(this.method.value()),
					"Set 'clientConfig.tls.cert' and 'clientConfig.tls.key'.");
			return null;
		}
		String url = OptionErrors.text(this.options.getUrl());
		if (url != null && url.toLowerCase(Locale.ROOT).startsWith("http:")) {
			this.errors.add("url", "is of http, over which no certificate is shown",
					"Set 'url' to one of https, or 'clientAuthentication' to another method.");
		}
		return ClientCredentials.withoutSecret(clientId);
	}

	private @Nullable String clientId() {
		return OptionErrors.text(this.options.getClientId());
	}

	private @Nullable String clientSecret() {
		return OptionErrors.text(this.options.getClientSecret());
	}

	private @Nullable String assertionFile() {
		return OptionErrors.text(this.options.getAssertionFile());
	}

}
