package io.oauthcc.gateway.token;

import java.text.ParseException;
import java.time.Instant;
import java.util.Map;

import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

/**
 * The {@code exp} claim of a token that is a JWT (RFC 7519, section 4.1.4). The signature
 * is not looked at: the claim decides how long to keep the token, not whether to trust
 * it.
 */
final class JwtExpiry {

	/** As late as a date is written in any format; far beyond what a cache could use. */
	private static final double LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

	private JwtExpiry() {
	}

	static @Nullable Instant of(String token) {
		try {
			Map<String, Object> claims = SignedJWT.parse(token).getPayload().toJSONObject();
			// Not as a date, which an absurdly large number would turn into the past.
			return (claims != null && claims.get("exp") instanceof Number expiry) ? toInstant(expiry.doubleValue())
					: null;
		}
		catch (ParseException ex) {
			// An opaque token is as good as any other.
			return null;
		}
	}

	private static @Nullable Instant toInstant(double seconds) {
		return Double.isNaN(seconds) ? null : Instant.ofEpochSecond((long) Math.max(0, Math.min(seconds, LATEST)));
	}

}
