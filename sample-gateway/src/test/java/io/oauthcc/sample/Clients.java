package io.oauthcc.sample;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * The clients of the identity provider, as its operator changes them.
 */
final class Clients {

	private final RegisteredClientRepository repository;

	Clients(RegisteredClientRepository repository) {
		this.repository = repository;
	}

	void register(String id, String secret, Duration tokenLife, List<String> scopes) {
		this.repository.save(RegisteredClient.withId(UUID.randomUUID().toString())
			.clientId(id)
			.clientSecret("{noop}" + secret)
			.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scopes((all) -> all.addAll(scopes))
			.tokenSettings(TokenSettings.builder().accessTokenTimeToLive(tokenLife).build())
			.build());
	}

	/**
	 * Register a client that signs its assertions.
	 * @param id its id
	 * @param jwkSetUrl where its keys are
	 * @param algorithm what it signs with
	 * @param scope what it may ask for
	 */
	void registerSigning(String id, String jwkSetUrl, SignatureAlgorithm algorithm, String scope) {
		this.repository.save(RegisteredClient.withId(UUID.randomUUID().toString())
			.clientId(id)
			.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scope(scope)
			.clientSettings(ClientSettings.builder()
				.jwkSetUrl(jwkSetUrl)
				.tokenEndpointAuthenticationSigningAlgorithm(algorithm)
				.build())
			.build());
	}

	/**
	 * Register a client whose assertions are under an HMAC.
	 * @param id its id
	 * @param secret the key
	 * @param scope what it may ask for
	 */
	void registerSigning(String id, String secret, String scope) {
		this.repository.save(RegisteredClient.withId(UUID.randomUUID().toString())
			.clientId(id)
			// As it is: this server reads it, and compares nothing with it.
			.clientSecret(secret)
			.clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_JWT)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scope(scope)
			.clientSettings(
					ClientSettings.builder().tokenEndpointAuthenticationSigningAlgorithm(MacAlgorithm.HS256).build())
			.build());
	}

	/**
	 * Register a client whose certificate is its proof, and binds its tokens.
	 * @param id its id
	 * @param method how its certificate is verified
	 * @param settings tells its certificate
	 * @param scope what it may ask for
	 */
	void registerCertificate(String id, ClientAuthenticationMethod method, ClientSettings settings, String scope) {
		this.repository.save(RegisteredClient.withId(UUID.randomUUID().toString())
			.clientId(id)
			.clientAuthenticationMethod(method)
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.scope(scope)
			.clientSettings(settings)
			.tokenSettings(TokenSettings.builder().x509CertificateBoundAccessTokens(true).build())
			.build());
	}

	/** From now on, the former secret is refused. */
	void changeSecret(String id, String secret) {
		RegisteredClient client = Objects.requireNonNull(this.repository.findByClientId(id));
		this.repository.save(RegisteredClient.from(client).clientSecret("{noop}" + secret).build());
	}

}
