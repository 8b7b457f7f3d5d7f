package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;

import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;

/**
 * What one secret of the store stands for.
 */
record Epoch(StoreCipher entries, StoreCipher events, TokenKeyGenerator keys, TokenKeyGenerator fingerprints) {

	private static final byte[] SALT = "oauth-cc".getBytes(StandardCharsets.UTF_8);

	static Epoch of(String secret) {
		byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
		Hkdf hkdf = new Hkdf(SALT, bytes);
		return new Epoch(new StoreCipher(hkdf.derive("entry", bytes.length)),
				new StoreCipher(hkdf.derive("event", bytes.length)),
				new TokenKeyGenerator(hkdf.derive("token key", 32)),
				new TokenKeyGenerator(hkdf.derive("fingerprint", 32)));
	}

	TokenKey keyOf(AccessTokenRequest request) {
		return this.keys.requestsOf(request.grant()).with(request.credentials()).key();
	}

	long fingerprint(String token) {
		return this.fingerprints.keyOf(token).first();
	}

}
