package io.oauthcc.gateway.token;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

/**
 * Everything but the credentials that shapes a token request and what becomes of its
 * answer.
 * <p>
 * Immutable; {@link #toString()} shows no parameter and no header, since those may be
 * secret.
 *
 * @param name the name under which logs and exceptions speak of it; it shapes no request
 * @param tokenEndpoint where the token endpoint is
 * @param clientAuthentication how the client authenticates itself
 * @param assertionAudience whom the assertions are for that the client signs, or
 * {@code null} for the token endpoint by its URL
 * @param encodeCredentials whether configured credentials are form-encoded inside
 * {@code Basic}, as RFC 6749, section 2.3.1 asks
 * @param scopes the scopes to ask for, may be empty
 * @param audience the {@code audience} to ask for, or {@code null}
 * @param resources the resources to ask for (RFC 8707), may be empty
 * @param parameters further parameters of the request
 * @param headers further headers of the request
 * @param limits for how long, and how often, the token endpoint is asked
 * @param cachePolicy for how long a token is kept
 * @param jwtVerification how tokens are verified before they are used, or {@code null} if
 * they are not
 * @param transport how the token endpoint, and where the keys for verification are, is
 * connected to
 * @param store where gateways share tokens, or {@code null} if they do not
 * @param dpopKey the key that tokens are bound to (RFC 9449), or {@code null} if they are
 * bound to none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749, section
 * 4.4</a>
 */
public record ClientCredentialsGrant(String name, TokenEndpointLocation tokenEndpoint,
		ClientAuthentication clientAuthentication, @Nullable String assertionAudience, boolean encodeCredentials,
		List<String> scopes, @Nullable String audience, List<String> resources, Map<String, String> parameters,
		Map<String, String> headers, RequestLimits limits, CachePolicy cachePolicy,
		@Nullable JwtVerification jwtVerification, TransportSettings transport, @Nullable StoreSettings store,
		@Nullable DpopKey dpopKey) {

	public ClientCredentialsGrant {
		scopes = List.copyOf(scopes);
		resources = List.copyOf(resources);
		parameters = Map.copyOf(parameters);
		headers = Map.copyOf(headers);
	}

	/**
	 * The type of the tokens that are asked for.
	 * @return {@code DPoP} if they are bound to a key, else {@code Bearer}
	 */
	public TokenType tokenType() {
		return (this.dpopKey != null) ? TokenType.DPOP : TokenType.BEARER;
	}

	@Override
	public String toString() {
		return "ClientCredentialsGrant[name=" + this.name + "]";
	}

}
