package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

import io.oauthcc.gateway.token.ClientCredentials;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BasicCredentials}.
 */
class BasicCredentialsTests {

	@ParameterizedTest
	@CsvSource({ "id:secret, id, secret", "id:, id, ''", "id:a:b, id, a:b", "iđ:sécret, iđ, sécret",
			"id:\uFFFD, id, \uFFFD", "\uD83D\uDD11:\uD83D\uDD12, \uD83D\uDD11, \uD83D\uDD12" })
	void ofWhenPairThenIdAndSecret(String pair, String clientId, String clientSecret) {
		ClientCredentials credentials = of("Basic " + encode(pair.getBytes(StandardCharsets.UTF_8)));
		assertThat(Objects.requireNonNull(credentials).clientId()).isEqualTo(clientId);
		assertThat(credentials.clientSecret()).isEqualTo(clientSecret);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Basic aWQ6c2VjcmV0", "basic aWQ6c2VjcmV0", "BASIC    aWQ6c2VjcmV0" })
	void ofWhenSchemeIsSpeltOtherwiseThenCredentials(String authorization) {
		ClientCredentials credentials = of(authorization);
		assertThat(Objects.requireNonNull(credentials).clientId()).isEqualTo("id");
		assertThat(credentials.clientSecret()).isEqualTo("secret");
		assertThat(credentials.authorization()).isEqualTo(authorization);
	}

	/**
	 * No colon, nothing before it, control characters, bytes that are no UTF-8 in either
	 * part, beside the character that stands for such bytes, a part of one at the end.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "6964", "3a736563", "", "3a", "6964003a73", "69643a73730a", "69643a737f", "69643a73c285",
			"ff3a73", "69643ac3", "69643aefbfbdff", "69643aeda080", "69643ac080", "c3ff3aa9" })
	void ofWhenBytesAreNoPairThenNone(String hex) {
		assertThat(of("Basic " + encode(HexFormat.of().parseHex(hex)))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Basic", "Basic ", "Bearer aWQ6c2VjcmV0", "BasicaWQ6c2VjcmV0", "Basic aWQ6c2VjcmV0 ",
			"Basic aWQ6c2Vjcm\uFFFD0", "Basic aWQ6c2Vjcm\u01300", "Basic aWQ6c2VjcmV0=", "Basic aWQ6c2Vj\tcmV0" })
	void ofWhenHeaderIsMalformedThenNone(String authorization) {
		assertThat(of(authorization)).isNull();
	}

	@Test
	void ofWhenHeaderIsLongerThanAnyNeedsThenNone() {
		assertThat(of("Basic " + encode(("id:" + "s".repeat(3000)).getBytes(StandardCharsets.UTF_8)))).isNotNull();
		assertThat(of("Basic " + encode(("id:" + "s".repeat(3100)).getBytes(StandardCharsets.UTF_8)))).isNull();
	}

	@Test
	void ofWhenSeveralHeadersThenNone() {
		HttpHeaders headers = new HttpHeaders();
		headers.add(HttpHeaders.AUTHORIZATION, "Basic aWQ6c2VjcmV0");
		headers.add(HttpHeaders.AUTHORIZATION, "Basic aWQ6c2VjcmV0");
		assertThat(BasicCredentials.of(headers)).isNull();
	}

	private static @Nullable ClientCredentials of(String authorization) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.AUTHORIZATION, authorization);
		return BasicCredentials.of(headers);
	}

	private static String encode(byte[] pair) {
		return Base64.getEncoder().encodeToString(pair);
	}

}
