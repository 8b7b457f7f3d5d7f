package io.oauthcc.gateway.claims;

import java.util.Base64;

import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import io.oauthcc.gateway.claims.ClaimValue.StringValue;
import io.oauthcc.gateway.claims.MalformedTokenException.Reason;

/**
 * Reads the claims of an access token that is a signed JWT in compact form (RFC 7519,
 * section 7.2; RFC 7515, section 5.2). The signature is not verified.
 * <p>
 * Stricter than need be, as readers of one token that differ are worth an attack:
 * <ul>
 * <li>Two members of one name are refused. RFC 7519, section 4, lets a reader do so or
 * take the last; another that takes the first, such as the service, would see another
 * claim than the one that was tested.</li>
 * <li>Base64url has no padding, no white space and no stray bits.</li>
 * <li>A token that is not signed ({@code alg} is {@code none}) is refused: no
 * authorization server that is well set up issues one, and the service could not trust
 * it.</li>
 * <li>So is one with {@code crit} (RFC 7515, section 4.1.11), as no extension is
 * understood.</li>
 * </ul>
 */
public final class JwtClaims {

	static final int MAXIMUM_LENGTH = 65536;

	private static final int JWS_PARTS = 3;

	private static final int JWE_PARTS = 5;

	private JwtClaims() {
	}

	/**
	 * Read the claims.
	 * @param token the token
	 * @return the claims
	 * @throws MalformedTokenException if there are none to be read; nothing else is
	 * thrown
	 */
	public static Claims decode(String token) {
		if (token.length() > MAXIMUM_LENGTH) {
			throw new MalformedTokenException(Reason.TOO_LARGE,
					"the token is longer than %d characters".formatted(MAXIMUM_LENGTH));
		}
		String[] parts = token.split("\\.", JWE_PARTS + 1);
		if (parts.length == JWE_PARTS) {
			throw new MalformedTokenException(Reason.ENCRYPTED,
					"the token is encrypted, it has the five parts of a JWE");
		}
		if (parts.length != JWS_PARTS) {
			throw new MalformedTokenException(Reason.NOT_A_JWT, "the token is no JWT, it has not three parts");
		}
		checkHeader(new ClaimsReader("header").read(decode(parts[0], "header")));
		ObjectValue claims = new ClaimsReader("payload").read(decode(parts[1], "payload"));
		checkSignature(decode(parts[2], "signature"));
		return new Claims(claims);
	}

	private static void checkHeader(ObjectValue header) {
		if (!(header.members().get("alg") instanceof StringValue algorithm)) {
			throw malformed("header has no alg");
		}
		if (algorithm.value().equalsIgnoreCase("none")) {
			throw new MalformedTokenException(Reason.UNSECURED, "the token is not signed, its alg is none");
		}
		if (header.members().containsKey("crit")) {
			throw malformed("header has crit, which asks for an extension");
		}
	}

	private static void checkSignature(byte[] signature) {
		if (signature.length == 0) {
			throw new MalformedTokenException(Reason.UNSECURED, "the token is not signed, its signature is empty");
		}
	}

	private static byte[] decode(String part, String name) {
		try {
			byte[] decoded = Base64.getUrlDecoder().decode(part);
			// The decoder forgives padding and stray bits.
			if (Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(part)) {
				return decoded;
			}
		}
		catch (IllegalArgumentException ex) {
			// Falls through: its message may quote the token.
		}
		throw malformed(name + " is no base64url");
	}

	private static MalformedTokenException malformed(String problem) {
		return new MalformedTokenException(Reason.MALFORMED, "the token's " + problem);
	}

}
