package io.oauthcc.gateway.token.redis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoredToken} and {@link StoreCipher}: what is written, and what is
 * read of that and of anything else.
 */
class StoredTokenTests {

	private static final String KEY = "oauth-cc:{00}:token";

	@Test
	void readWhenWrittenThenTheSame() {
		for (StoredToken token : new StoredToken[] { token(null), token(Set.of()),
				token(Set.of("read", "wr\u00e9te")) }) {
			assertThat(StoredToken.of(token.toBytes())).isEqualTo(token);
			assertThat(token.toString()).contains("expiresAt=").doesNotContain("hush");
		}
	}

	@Test
	void readWhenManyScopesThenTenThousandAtMost() {
		Set<String> scopes = new LinkedHashSet<>();
		while (scopes.size() < 10_000) {
			scopes.add("s" + scopes.size());
		}
		assertThat(StoredToken.of(token(scopes).toBytes())).isEqualTo(token(scopes));
		scopes.add("one more");
		assertThat(StoredToken.of(token(scopes).toBytes())).isNull();
	}

	@Test
	void readWhenTextIsAllThatIsLeftThenRead() {
		StoredToken empty = new StoredToken("", Set.of(""), Instant.EPOCH, Instant.EPOCH, 0);
		assertThat(StoredToken.of(empty.toBytes())).isEqualTo(empty);
	}

	@Test
	void readWhenAnyBytesThenTokenOrNothing() {
		Random random = new Random(3);
		byte[] good = token(Set.of("read")).toBytes();
		for (int round = 0; round < 50_000; round++) {
			byte[] bytes = good.clone();
			bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
			StoredToken.of(bytes);
			byte[] any = new byte[random.nextInt(64)];
			random.nextBytes(any);
			assertThat(StoredToken.of(any)).isNull();
		}
		assertThat(StoredToken.of(new byte[0])).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0123456789abcdef", "0123456789abcdef01234567", "0123456789abcdef0123456789abcdef" })
	void decryptWhenEncryptedThenOpensWithSameKeyAndContextAlone(String secret) {
		StoreCipher cipher = new StoreCipher(bytes(secret));
		byte[] plain = token(null).toBytes();
		byte[] encrypted = cipher.encrypt(plain, KEY);
		assertThat(new StoreCipher(bytes(secret)).decrypt(encrypted, KEY)).isEqualTo(plain);
		assertThat(cipher.decrypt(encrypted, "oauth-cc:{01}:token")).isNull();
		assertThat(new StoreCipher(bytes("x" + secret.substring(1))).decrypt(encrypted, KEY)).isNull();
		assertThat(cipher.encrypt(plain, KEY)).isNotEqualTo(encrypted);
		assertThat(new String(encrypted, StandardCharsets.ISO_8859_1)).doesNotContain("hush");
	}

	@Test
	void decryptWhenAnyByteIsChangedThenNothing() {
		StoreCipher cipher = new StoreCipher(bytes("0123456789abcdef"));
		byte[] encrypted = cipher.encrypt(token(null).toBytes(), KEY);
		for (int index = 0; index < encrypted.length; index++) {
			byte[] changed = encrypted.clone();
			changed[index] ^= 1;
			assertThat(cipher.decrypt(changed, KEY)).isNull();
		}
		byte[] nothing = cipher.encrypt(new byte[0], KEY);
		assertThat(cipher.decrypt(nothing, KEY)).isEmpty();
		assertThat(cipher.decrypt(new byte[0], KEY)).isNull();
		assertThat(cipher.decrypt(new byte[40], KEY)).isNull();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static StoredToken token(@Nullable Set<String> scopes) {
		return new StoredToken("hush.token", scopes, Instant.ofEpochMilli(1_000_000), Instant.ofEpochMilli(4_600_000),
				1_234_567_890_123L);
	}

}
