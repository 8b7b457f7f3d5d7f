package io.oauthcc.gateway.token;

import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.util.Assert;

/**
 * Offers the tokens of one grant to Spring Security, and so to a {@code WebClient} with
 * its {@code ServerOAuth2AuthorizedClientExchangeFilterFunction}. The tokens are the same
 * as the filter's: whichever asks first obtains them for both.
 * <p>
 * The id of the client registration is the grant's name. The principal of a request is
 * not looked at, since the client is the principal. Without configured credentials a
 * request carries them as {@link #CREDENTIALS_ATTRIBUTE}.
 * <p>
 * Safe for use by many threads.
 */
public final class ClientCredentialsAuthorizedClientManager implements ReactiveOAuth2AuthorizedClientManager {

	/**
	 * The attribute of an {@link OAuth2AuthorizeRequest} that holds the
	 * {@link ClientCredentials} of this call.
	 */
	public static final String CREDENTIALS_ATTRIBUTE = ClientCredentials.class.getName();

	private final ClientCredentialsGrant grant;

	private final AccessTokenRequests requests;

	private final @Nullable ClientCredentials configured;

	private final AccessTokenSource tokens;

	/**
	 * Create a manager.
	 * @param grant the grant whose tokens it offers
	 * @param requests the requests of that grant
	 * @param configured the configured credentials, or {@code null} if each call brings
	 * its own
	 * @param tokens where the tokens come from
	 */
	public ClientCredentialsAuthorizedClientManager(ClientCredentialsGrant grant, AccessTokenRequests requests,
			@Nullable ClientCredentials configured, AccessTokenSource tokens) {
		this.grant = grant;
		this.requests = requests;
		this.configured = configured;
		this.tokens = tokens;
	}

	/**
	 * Obtain a token for the client.
	 * @param request names this grant, and carries the credentials if none are configured
	 * @return the authorized client, never empty; its registration holds no secret.
	 * {@link ClientAuthorizationException} if there is no token, caused by an
	 * {@link AccessTokenException}.
	 */
	@Override
	public Mono<OAuth2AuthorizedClient> authorize(OAuth2AuthorizeRequest request) {
		Assert.isTrue(this.grant.name().equals(request.getClientRegistrationId()),
				() -> "clientRegistrationId: %s (expected: %s)".formatted(request.getClientRegistrationId(),
						this.grant.name()));
		ClientCredentials credentials = credentialsFor(request);
		String principalName = Objects.requireNonNullElse(request.getPrincipal().getName(), credentials.clientId());
		return this.tokens.getToken(this.requests.with(credentials), Admission.FREE)
			.map((token) -> new OAuth2AuthorizedClient(registrationOf(credentials), principalName, convert(token)))
			.onErrorMap(AccessTokenException.class, this::convert);
	}

	private ClientCredentials credentialsFor(OAuth2AuthorizeRequest request) {
		if (this.configured != null) {
			return this.configured;
		}
		ClientCredentials credentials = request.getAttribute(CREDENTIALS_ATTRIBUTE);
		Assert.notNull(credentials, () -> "No credentials are configured for %s and the request has no attribute %s"
			.formatted(this.grant.name(), CREDENTIALS_ATTRIBUTE));
		return credentials;
	}

	private ClientRegistration registrationOf(ClientCredentials credentials) {
		return ClientRegistration.withRegistrationId(this.grant.name())
			.clientId(credentials.clientId())
			.clientAuthenticationMethod(this.grant.clientAuthentication().method())
			.authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
			.tokenUri(this.grant.tokenEndpoint().uri().toString())
			.scope(this.grant.scopes())
			.build();
	}

	private OAuth2AccessToken convert(AccessToken token) {
		Set<String> scopes = Objects.requireNonNullElseGet(token.scopes(), () -> Set.copyOf(this.grant.scopes()));
		// Spring Security accepts no token that expires when it is issued.
		boolean expires = token.expiresAt().isAfter(token.issuedAt());
		return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token.value(), token.issuedAt(),
				expires ? token.expiresAt() : token.issuedAt().plusMillis(1), scopes);
	}

	private ClientAuthorizationException convert(AccessTokenException ex) {
		String code = switch (ex.getFailure()) {
			case CLIENT_REFUSED -> OAuth2ErrorCodes.INVALID_CLIENT;
			case GRANT_REFUSED -> OAuth2ErrorCodes.ACCESS_DENIED;
			case REQUEST_REJECTED -> OAuth2ErrorCodes.INVALID_REQUEST;
			case UNREACHABLE, UNAVAILABLE, BUSY, TIMEOUT, NOT_ASKED, TOO_MANY_ATTEMPTS ->
				OAuth2ErrorCodes.TEMPORARILY_UNAVAILABLE;
			case UNTRUSTED, SERVER_ERROR, BAD_ANSWER, UNVERIFIED, UNVERIFIABLE -> OAuth2ErrorCodes.SERVER_ERROR;
		};
		return new ClientAuthorizationException(new OAuth2Error(code, ex.getMessage(), null), this.grant.name(), ex);
	}

}
