package io.oauthcc.gateway.token;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A successful response of a token endpoint whose token is of the type that the grant
 * asks for.
 *
 * @param value the value of {@code access_token}
 * @param expiresIn the value of {@code expires_in}, which may be zero or negative, or
 * {@code null} if the response has none
 * @param scopes what the response says was granted, or {@code null} if it does not say
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749, section
 * 5.1</a>
 */
public record AccessTokenResponse(String value, @Nullable Duration expiresIn, @Nullable Set<String> scopes) {

	/**
	 * Shows everything but the token.
	 */
	@Override
	public String toString() {
		return "AccessTokenResponse[expiresIn=" + this.expiresIn + ", scopes=" + this.scopes + "]";
	}

}
