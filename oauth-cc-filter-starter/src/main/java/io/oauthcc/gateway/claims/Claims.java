package io.oauthcc.gateway.claims;

import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import org.jspecify.annotations.Nullable;

/**
 * The claims of one token (RFC 7519, section 4). Numbers stay as the token writes them:
 * {@code 1}, {@code 1.0} and {@code 1e0} are three different texts.
 * <p>
 * Immutable. {@link #toString()} shows no claim.
 */
public final class Claims {

	private final ObjectValue root;

	Claims(ObjectValue root) {
		this.root = root;
	}

	/**
	 * A claim as the value of a header: a string as it is, a number or boolean as its
	 * JSON text, an array's elements joined by commas, an object as compact JSON in
	 * visible ASCII. Within an array, {@code null} is an empty text, and an array is
	 * JSON. A string may hold any character, so the text is still to be encoded.
	 * @param path where the claim is
	 * @return the text; an empty one if the claim is absent or {@code null}
	 */
	public String text(ClaimPath path) {
		ClaimValue value = find(path);
		return (value != null) ? value.text() : "";
	}

	@Nullable ClaimValue find(ClaimPath path) {
		return path.find(this.root);
	}

	@Override
	public String toString() {
		return "Claims[" + this.root.members().size() + "]";
	}

}
