package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How tokens that are JWTs are verified.
 */
public class JwtOptions {

	/**
	 * Whether a token's signature, times, issuer and audience are verified before it is
	 * used. Without that, it is trusted since the token endpoint issued it.
	 */
	private @Nullable Boolean verify;

	/**
	 * Where the issuer's keys are, absolute, http or https; by default its metadata tell.
	 */
	private @Nullable String jwkSetUri;

	/**
	 * Issuer that the token must name.
	 */
	private @Nullable String issuer;

	/**
	 * Audiences one of which the token must name.
	 */
	private List<String> audiences = new ArrayList<>();

	/**
	 * Difference between clocks that is put up with, 0s to 10m.
	 */
	private Duration clockSkew = Duration.ofSeconds(60);

	public @Nullable Boolean getVerify() {
		return this.verify;
	}

	public void setVerify(@Nullable Boolean verify) {
		this.verify = verify;
	}

	public @Nullable String getJwkSetUri() {
		return this.jwkSetUri;
	}

	public void setJwkSetUri(@Nullable String jwkSetUri) {
		this.jwkSetUri = jwkSetUri;
	}

	public @Nullable String getIssuer() {
		return this.issuer;
	}

	public void setIssuer(@Nullable String issuer) {
		this.issuer = issuer;
	}

	public List<String> getAudiences() {
		return this.audiences;
	}

	public void setAudiences(List<String> audiences) {
		this.audiences = audiences;
	}

	public Duration getClockSkew() {
		return this.clockSkew;
	}

	public void setClockSkew(Duration clockSkew) {
		this.clockSkew = clockSkew;
	}

}
