package io.oauthcc.gateway.token;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How access tokens that are JWTs are verified before they are used.
 *
 * @param jwkSetUri where the keys are (RFC 7517, section 5), or {@code null} to find them
 * by the issuer's metadata
 * @param issuer who must have issued the token, or {@code null} for whoever has the keys
 * @param audiences one of these must be among the token's audiences; empty for any
 * @param clockSkew by how much clocks may differ
 */
public record JwtVerification(@Nullable URI jwkSetUri, @Nullable String issuer, List<String> audiences,
		Duration clockSkew) {

	public JwtVerification {
		audiences = List.copyOf(audiences);
	}

}
