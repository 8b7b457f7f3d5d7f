package io.oauthcc.gateway.filter;

import java.net.URI;
import java.time.Duration;

import io.oauthcc.gateway.token.JwtVerification;
import org.jspecify.annotations.Nullable;

/**
 * Checks the options below {@code jwt}. Notes every error and goes on.
 */
final class JwtOptionsChecker {

	private final JwtOptions options;

	private final OptionErrors errors;

	JwtOptionsChecker(JwtOptions options, OptionErrors errors) {
		this.options = options;
		this.errors = errors;
	}

	/** How tokens are verified, or {@code null} if they are not. */
	@Nullable JwtVerification verification() {
		String issuer = OptionErrors.text(this.options.getIssuer());
		URI jwkSetUri = url("jwt.jwkSetUri", OptionErrors.text(this.options.getJwkSetUri()));
		Duration clockSkew = this.errors.inRange("jwt.clockSkew", this.options.getClockSkew(), Duration.ZERO,
				Duration.ofMinutes(10));
		boolean any = issuer != null || jwkSetUri != null || !this.options.getAudiences().isEmpty();
		if (!Boolean.TRUE.equals(this.options.getVerify())) {
			// A middleware may switch off what the defaults say.
			if (any && this.options.getVerify() == null) {
				this.errors.add("jwt", "means nothing, since nothing is verified", "Set 'jwt.verify' to true.");
			}
			return null;
		}
		if (issuer == null && jwkSetUri == null) {
			this.errors.add("jwt.verify", "has no keys to verify with", "Set 'jwt.jwkSetUri' or 'jwt.issuer'.");
			return null;
		}
		if (jwkSetUri == null) {
			// Where its metadata are, too.
			url("jwt.issuer", issuer);
		}
		return new JwtVerification(jwkSetUri, issuer, this.options.getAudiences(), clockSkew);
	}

	private @Nullable URI url(String option, @Nullable String text) {
		return (text != null) ? this.errors.httpUrl(option, text, "https://idp.example/jwks") : null;
	}

}
