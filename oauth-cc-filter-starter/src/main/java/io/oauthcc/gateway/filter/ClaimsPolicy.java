package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Objects;

import io.oauthcc.gateway.claims.ClaimPath;
import io.oauthcc.gateway.claims.Claims;
import io.oauthcc.gateway.claims.ClaimsExpression;
import io.oauthcc.gateway.claims.JwtClaims;
import io.oauthcc.gateway.claims.MalformedTokenException;
import io.oauthcc.gateway.token.AccessToken;
import org.jspecify.annotations.Nullable;

/**
 * What a middleware makes of the claims of a token. Each token is decoded once for all
 * policies, and judged once for each; policies are equal by their settings.
 */
final class ClaimsPolicy {

	/** The claims of a longer token are not kept, only what is made of them. */
	private static final int LONGEST_KEPT = 8192;

	/** Hardly a service takes more. */
	private static final int LONGEST_HEADER = 8192;

	private static final ClaimsVerdict NOTHING_ASKED = new ClaimsVerdict.Accepted(List.of(), null);

	private final @Nullable ClaimsExpression expression;

	private final ForwardedHeaders forwardedHeaders;

	private final @Nullable ClaimPath username;

	private final int hash;

	ClaimsPolicy(@Nullable ClaimsExpression expression, ForwardedHeaders forwardedHeaders,
			@Nullable ClaimPath username) {
		this.expression = expression;
		this.forwardedHeaders = forwardedHeaders;
		this.username = username;
		this.hash = Objects.hash(expression, forwardedHeaders, username);
	}

	/** The verdict on a token. Throws nothing, whatever the token is. */
	ClaimsVerdict verdictOn(AccessToken token) {
		if (this.expression == null && this.forwardedHeaders.isEmpty() && this.username == null) {
			return NOTHING_ASKED;
		}
		return token.derived(this, this::judge);
	}

	private ClaimsVerdict judge(AccessToken token) {
		Object decoded = (token.authorization().length() > LONGEST_KEPT) ? decode(token)
				: token.derived(Claims.class, ClaimsPolicy::decode);
		return (decoded instanceof Claims claims) ? judge(claims) : (ClaimsVerdict.Unreadable) decoded;
	}

	/** Claims, or why there are none. */
	private static Object decode(AccessToken token) {
		try {
			return JwtClaims.decode(token.value());
		}
		catch (MalformedTokenException ex) {
			return new ClaimsVerdict.Unreadable(String.valueOf(ex.getMessage()));
		}
	}

	private ClaimsVerdict judge(Claims claims) {
		String failingPart = (this.expression != null) ? this.expression.failingPart(claims) : null;
		if (failingPart != null) {
			return new ClaimsVerdict.Rejected(failingPart);
		}
		List<String> headerValues = this.forwardedHeaders.valuesOf(claims);
		if (headerValues.stream().anyMatch((value) -> value.length() > LONGEST_HEADER)) {
			return new ClaimsVerdict.Unreadable(
					"a claim is longer than the %d characters that a header may have".formatted(LONGEST_HEADER));
		}
		String name = (this.username != null) ? claims.text(this.username) : "";
		return new ClaimsVerdict.Accepted(headerValues, name.isEmpty() ? null : name);
	}

	ForwardedHeaders forwardedHeaders() {
		return this.forwardedHeaders;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ClaimsPolicy policy && Objects.equals(this.expression, policy.expression)
				&& this.forwardedHeaders.equals(policy.forwardedHeaders)
				&& Objects.equals(this.username, policy.username);
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

}
