package io.oauthcc.gateway.token;

import java.nio.ByteBuffer;
import java.util.HexFormat;

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

	/**
	 * The whole key as text.
	 * @return 64 hexadecimal digits
	 */
	public String toHex() {
		HexFormat format = HexFormat.of();
		return format.toHexDigits(this.first) + format.toHexDigits(this.second) + format.toHexDigits(this.third)
				+ format.toHexDigits(this.fourth);
	}

	@Override
	public String toString() {
		return "TokenKey[" + Long.toHexString(this.first) + "]";
	}

}
