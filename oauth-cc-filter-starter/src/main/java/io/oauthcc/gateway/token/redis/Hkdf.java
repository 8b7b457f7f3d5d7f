package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives keys from a secret: HKDF with HMAC-SHA-256 (RFC 5869). Each purpose has its
 * label, and so a key of its own.
 */
final class Hkdf {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int HASH_LENGTH = 32;

	private final byte[] pseudoRandomKey;

	/**
	 * Extract what the keys are derived from.
	 * @param salt may be empty
	 * @param secret the secret
	 */
	Hkdf(byte[] salt, byte[] secret) {
		this.pseudoRandomKey = mac((salt.length > 0) ? salt : new byte[HASH_LENGTH]).doFinal(secret);
	}

	byte[] derive(String label, int length) {
		return derive(label.getBytes(StandardCharsets.UTF_8), length);
	}

	byte[] derive(byte[] label, int length) {
		Mac mac = mac(this.pseudoRandomKey);
		byte[] derived = new byte[length];
		byte[] block = new byte[0];
		for (int done = 0, number = 1; done < length; done += HASH_LENGTH, number++) {
			mac.update(block);
			mac.update(label);
			mac.update((byte) number);
			block = mac.doFinal();
			System.arraycopy(block, 0, derived, done, Math.min(HASH_LENGTH, length - done));
		}
		Arrays.fill(block, (byte) 0);
		return derived;
	}

	private static Mac mac(byte[] key) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(key, ALGORITHM));
			return mac;
		}
		catch (NoSuchAlgorithmException | InvalidKeyException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

}
