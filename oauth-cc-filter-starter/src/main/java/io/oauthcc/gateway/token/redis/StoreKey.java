package io.oauthcc.gateway.token.redis;

import io.oauthcc.gateway.token.TokenKey;

/**
 * Where everything about one token stands in Redis: in one slot of a cluster, so that
 * whatever serves one of these keys serves all.
 *
 * @param prefix what every key begins with
 * @param tokenKey the key of the token, or of a grant, under one secret of the store
 */
record StoreKey(String prefix, TokenKey tokenKey) {

	/** The token itself. */
	String entry() {
		return text("token");
	}

	/** Who alone may ask for the token. */
	String lease() {
		return text("lease");
	}

	/** Which of the tokens of a grant are of use, if this is the key of a grant. */
	String generation() {
		return text("generation");
	}

	/** Written and read to find out whether Redis works. */
	String probe() {
		return text("probe");
	}

	private String text(String part) {
		return this.prefix + "oauth-cc:{" + this.tokenKey.toHex() + "}:" + part;
	}

}
