package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * Encrypts with AES-GCM, each time with a fresh nonce. What is encrypted opens only
 * together with the text that was given with it.
 * <p>
 * Safe for use by many threads.
 */
final class StoreCipher {

	/** Changes with the form of what is encrypted. */
	private static final byte VERSION = 2;

	private static final int NONCE_BYTES = 12;

	private static final int TAG_BITS = 128;

	private final SecureRandom random = seeded();

	private final SecretKeySpec key;

	/**
	 * Create a cipher.
	 * @param key the key, of 16, 24 or 32 bytes
	 */
	StoreCipher(byte[] key) {
		this.key = new SecretKeySpec(key, "AES");
	}

	/** Seeded here, so that nobody waits for the system's entropy afterwards. */
	static SecureRandom seeded() {
		try {
			SecureRandom random = SecureRandom.getInstance("DRBG");
			random.nextBytes(new byte[NONCE_BYTES]);
			return random;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has a DRBG", ex);
		}
	}

	byte[] encrypt(byte[] plain, String context) {
		byte[] nonce = new byte[NONCE_BYTES];
		this.random.nextBytes(nonce);
		try {
			byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
			return ByteBuffer.allocate(1 + NONCE_BYTES + encrypted.length)
				.put(VERSION)
				.put(nonce)
				.put(encrypted)
				.array();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has AES-GCM", ex);
		}
	}

	/**
	 * Decrypt what {@link #encrypt} made.
	 * @return what was encrypted, or {@code null} if this is not it, or not of this key,
	 * version or context
	 */
	byte @Nullable [] decrypt(byte[] encrypted, String context) {
		if (encrypted.length < 1 + NONCE_BYTES + TAG_BITS / 8 || encrypted[0] != VERSION) {
			return null;
		}
		byte[] nonce = new byte[NONCE_BYTES];
		System.arraycopy(encrypted, 1, nonce, 0, NONCE_BYTES);
		try {
			int start = 1 + NONCE_BYTES;
			return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(encrypted, start, encrypted.length - start);
		}
		catch (GeneralSecurityException ex) {
			// Whoever wrote it does not have this secret, or wrote it elsewhere.
			return null;
		}
	}

	private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(mode, this.key, new GCMParameterSpec(TAG_BITS, nonce));
		cipher.updateAAD(new byte[] { VERSION });
		cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
		return cipher;
	}

}
