package io.oauthcc.gateway.token;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * An assertion that another party has issued to a client, such as a cluster to its
 * workload. Its issuer, subject and audiences tell the client from others; its text does
 * not, since it is replaced by the next one before it expires.
 * <p>
 * Immutable. Equal by identity only, and {@link #toString()} shows nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</a>
 */
public final class IssuedAssertion implements AssertionSource {

	/** RFC 7515, section 7.1; a parser would put up with what else there is. */
	private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

	private final String text;

	private final List<@Nullable String> traits;

	private IssuedAssertion(String text, List<@Nullable String> traits) {
		this.text = text;
		this.traits = traits;
	}

	/**
	 * Read an assertion, without a look at its signature: that is the token endpoint's.
	 * @param text a signed JWT in its compact form
	 * @return the assertion, or {@code null} if the text is none, or names no issuer or
	 * no subject
	 */
	public static @Nullable IssuedAssertion read(String text) {
		if (!COMPACT.matcher(text).matches()) {
			return null;
		}
		try {
			JWTClaimsSet claims = SignedJWT.parse(text).getJWTClaimsSet();
			if (!StringUtils.hasText(claims.getIssuer()) || !StringUtils.hasText(claims.getSubject())) {
				return null;
			}
			List<@Nullable String> traits = new ArrayList<>(List.of("issued", claims.getIssuer(), claims.getSubject()));
			traits.addAll(claims.getAudience());
			return new IssuedAssertion(text, Collections.unmodifiableList(traits));
		}
		catch (ParseException ex) {
			// Its message may quote the text.
			return null;
		}
	}

	/**
	 * The assertion itself.
	 * @return the JWT
	 */
	public String text() {
		return this.text;
	}

	@Override
	public List<@Nullable String> traits() {
		return this.traits;
	}

	@Override
	public String toString() {
		return "IssuedAssertion[]";
	}

}
