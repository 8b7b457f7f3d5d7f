package io.oauthcc.gateway.token;

import java.nio.ByteBuffer;

/**
 * Identifies all token requests that are alike: a keyed digest, from which nothing can be
 * learnt of what went into it.
 *
 * @see TokenKeyGenerator
 */
public record TokenKey(long first, long second, long third, long fourth) {

	static TokenKey of(byte[] digest) {
		ByteBuffer buffer = ByteBuffer.wrap(digest);
		return new TokenKey(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
	}

	@Override
	public String toString() {
		return "TokenKey[" + Long.toHexString(this.first) + "]";
	}

}
