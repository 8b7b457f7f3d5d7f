package io.oauthcc.gateway.token;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Everything but the credentials that shapes a token request and what becomes of its
 * answer.
 * <p>
 * Immutable; {@link #toString()} shows no parameter and no header, since those may be
 * secret.
 *
 * @param name the name under which logs and exceptions speak of it; it shapes no request
 * @param tokenUri the token endpoint, absolute, {@code http} or {@code https}
 * @param clientAuthentication how the client authenticates itself
 * @param encodeCredentials whether configured credentials are form-encoded inside
 * {@code Basic}, as RFC 6749, section 2.3.1 asks
 * @param scopes the scopes to ask for, may be empty
 * @param audience the {@code audience} to ask for, or {@code null}
 * @param parameters further parameters of the request
 * @param headers further headers of the request
 * @param limits for how long, and how often, the token endpoint is asked
 * @param cachePolicy for how long a token is kept
 * @param store where gateways share tokens, or {@code null} if they do not
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749, section
 * 4.4</a>
 */
public record ClientCredentialsGrant(String name, URI tokenUri, ClientAuthentication clientAuthentication,
		boolean encodeCredentials, List<String> scopes, @Nullable String audience, Map<String, String> parameters,
		Map<String, String> headers, RequestLimits limits, CachePolicy cachePolicy, @Nullable StoreSettings store) {

	public ClientCredentialsGrant {
		scopes = List.copyOf(scopes);
		parameters = Map.copyOf(parameters);
		headers = Map.copyOf(headers);
	}

	@Override
	public String toString() {
		return "ClientCredentialsGrant[name=" + this.name + "]";
	}

}
