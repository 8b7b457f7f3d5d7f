package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.oauthcc.gateway.token.AssertionSource;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.IssuedAssertion;
import io.oauthcc.gateway.token.SigningKey;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.endpoint.NimbusJwtClientAuthenticationParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.util.Assert;
import org.springframework.util.MultiValueMap;

/**
 * Authenticates a client by an assertion (RFC 7523, section 2.2): one that another party
 * has issued to it, or one that is signed for this request alone, which may take a few
 * milliseconds.
 */
final class AssertionAuthenticator implements ClientAuthenticator {

	private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

	private static final Duration LIFETIME = Duration.ofSeconds(60);

	private final URI tokenUri;

	private final Clock clock;

	AssertionAuthenticator(URI tokenUri, Clock clock) {
		this.tokenUri = tokenUri;
		this.clock = clock;
	}

	@Override
	public void authenticate(ClientCredentials credentials, ClientCredentialsGrant grant, HttpHeaders headers,
			FormBody form) {
		AssertionSource assertions = credentials.assertions();
		Assert.state(assertions != null, "No assertion is configured");
		form.add(OAuth2ParameterNames.CLIENT_ID, credentials.clientId());
		if (assertions instanceof IssuedAssertion issued) {
			form.add(OAuth2ParameterNames.CLIENT_ASSERTION_TYPE, JWT_BEARER)
				.add(OAuth2ParameterNames.CLIENT_ASSERTION, issued.text());
		}
		else if (assertions instanceof SigningKey key) {
			sign(credentials, grant, key).toSingleValueMap().forEach(form::add);
		}
	}

	/**
	 * A converter keeps what it has made of a key for as long as it lives itself: with
	 * one for each assertion, no key outlives its middleware.
	 */
	private MultiValueMap<String, String> sign(ClientCredentials credentials, ClientCredentialsGrant grant,
			SigningKey key) {
		NimbusJwtClientAuthenticationParametersConverter<OAuth2ClientCredentialsGrantRequest> converter = new NimbusJwtClientAuthenticationParametersConverter<>(
				(registration) -> key.jwk());
		converter.setJwtClientAssertionCustomizer((assertion) -> {
			Instant now = this.clock.instant();
			assertion.getClaims().issuedAt(now).expiresAt(now.plus(LIFETIME));
			if (grant.assertionAudience() != null) {
				assertion.getClaims().audience(List.of(grant.assertionAudience()));
			}
		});
		return Objects.requireNonNull(
				converter.convert(new OAuth2ClientCredentialsGrantRequest(registrationOf(credentials, grant))));
	}

	private ClientRegistration registrationOf(ClientCredentials credentials, ClientCredentialsGrant grant) {
		return ClientRegistration.withRegistrationId(grant.name())
			.clientId(credentials.clientId())
			.clientAuthenticationMethod(grant.clientAuthentication().method())
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri(this.tokenUri.toString())
			.build();
	}

}
