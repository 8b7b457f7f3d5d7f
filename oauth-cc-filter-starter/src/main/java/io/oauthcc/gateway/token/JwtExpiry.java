package io.oauthcc.gateway.token;

import java.text.ParseException;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

/**
 * The {@code exp} claim of a token that is a JWT (RFC 7519, section 4.1.4). The signature
 * is not looked at: the claim decides how long to keep the token, not whether to trust
 * it.
 */
final class JwtExpiry {

	private JwtExpiry() {
	}

	static @Nullable Instant of(String token) {
		try {
			Date expiry = SignedJWT.parse(token).getJWTClaimsSet().getExpirationTime();
			return (expiry != null) ? expiry.toInstant() : null;
		}
		catch (ParseException ex) {
			// An opaque token is as good as any other.
			return null;
		}
	}

}
