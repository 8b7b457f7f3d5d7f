package io.oauthcc.gateway.token.redis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

import io.oauthcc.gateway.token.AccessToken;
import org.jspecify.annotations.Nullable;

/**
 * What of a token goes into the store: not until when it is used, which each gateway
 * decides, and nothing of who asked for it.
 *
 * @param value the token itself
 * @param scopes what the response said was granted, or {@code null} if it said nothing
 * @param issuedAt the start of its lifetime
 * @param expiresAt the end of its lifetime
 * @param generation the generation of its grant's tokens when it was asked for
 */
record StoredToken(String value, @Nullable Set<String> scopes, Instant issuedAt, Instant expiresAt, long generation) {

	private static final int NO_SCOPES = -1;

	private static final int MAXIMUM_SCOPES = 10_000;

	static StoredToken of(AccessToken token, long generation) {
		return new StoredToken(token.value(), token.scopes(), token.issuedAt(), token.expiresAt(), generation);
	}

	byte[] toBytes() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(this.value.length() + 64);
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.writeLong(this.issuedAt.toEpochMilli());
			out.writeLong(this.expiresAt.toEpochMilli());
			out.writeLong(this.generation);
			Set<String> scopes = this.scopes;
			out.writeInt((scopes != null) ? scopes.size() : NO_SCOPES);
			if (scopes != null) {
				for (String scope : scopes) {
					write(out, scope);
				}
			}
			write(out, this.value);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Nothing is written but memory", ex);
		}
		return bytes.toByteArray();
	}

	private static void write(DataOutputStream out, String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		out.writeInt(bytes.length);
		out.write(bytes);
	}

	/**
	 * Read what {@link #toBytes()} made.
	 * @return the token, or {@code null} if these bytes are none
	 */
	static @Nullable StoredToken of(byte[] bytes) {
		try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
			Instant issuedAt = Instant.ofEpochMilli(in.readLong());
			Instant expiresAt = Instant.ofEpochMilli(in.readLong());
			long generation = in.readLong();
			Set<String> scopes = scopes(in);
			String value = text(in);
			return (in.available() == 0) ? new StoredToken(value, scopes, issuedAt, expiresAt, generation) : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	private static @Nullable Set<String> scopes(DataInputStream in) throws IOException {
		int count = in.readInt();
		if (count == NO_SCOPES) {
			return null;
		}
		if (count < 0 || count > MAXIMUM_SCOPES) {
			throw new IOException("No number of scopes");
		}
		Set<String> scopes = new LinkedHashSet<>();
		for (int i = 0; i < count; i++) {
			scopes.add(text(in));
		}
		return scopes;
	}

	private static String text(DataInputStream in) throws IOException {
		int length = in.readInt();
		if (length < 0 || length > in.available()) {
			throw new IOException("No length of a text");
		}
		return new String(in.readNBytes(length), StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return "StoredToken[expiresAt=" + this.expiresAt + "]";
	}

}
