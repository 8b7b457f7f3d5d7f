package io.oauthcc.gateway.token.redis;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

import io.oauthcc.gateway.token.TokenKey;
import org.jspecify.annotations.Nullable;

/**
 * What one gateway tells the others.
 *
 * @param kind what has happened
 * @param key the key of the token, or of the grant, that it has happened to
 * @param fingerprint tells that token from others with the same key; of a generation its
 * number
 */
record StoreEvent(Kind kind, TokenKey key, long fingerprint) {

	enum Kind {

		/** A token was written. */
		WRITTEN((byte) 'w'),

		/** A token is not to be used again. */
		EVICTED((byte) 'e'),

		/** No token of a grant that is of an earlier generation is to be used again. */
		GENERATION((byte) 'g');

		private final byte code;

		Kind(byte code) {
			this.code = code;
		}

		static @Nullable Kind of(byte code) {
			for (Kind kind : values()) {
				if (kind.code == code) {
					return kind;
				}
			}
			return null;
		}

	}

	byte[] toBytes() {
		return ByteBuffer.allocate(1 + 5 * Long.BYTES)
			.put(this.kind.code)
			.putLong(this.key.first())
			.putLong(this.key.second())
			.putLong(this.key.third())
			.putLong(this.key.fourth())
			.putLong(this.fingerprint)
			.array();
	}

	static @Nullable StoreEvent of(byte[] bytes) {
		try {
			ByteBuffer buffer = ByteBuffer.wrap(bytes);
			Kind kind = Kind.of(buffer.get());
			return (kind == null) ? null
					: new StoreEvent(kind,
							new TokenKey(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong()),
							buffer.getLong());
		}
		catch (BufferUnderflowException ex) {
			return null;
		}
	}

}
