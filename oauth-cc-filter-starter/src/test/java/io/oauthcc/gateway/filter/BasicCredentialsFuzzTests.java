package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.oauthcc.gateway.token.ClientCredentials;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes {@link BasicCredentials}: values of {@code Authorization}, one a line. The first
 * line is also taken for an id and a secret, which a value is written of.
 */
class BasicCredentialsFuzzTests {

	/** Of no character is the value longer than a value may be. */
	private static final int LONGEST_PAIR = 1000;

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void ofWhenAnyHeadersThenNoneOrWhatTheyHold(byte[] input) {
		// Bytes of a header are characters of Latin 1.
		List<String> values = List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1));
		ClientCredentials credentials = BasicCredentials.of(headers(values));
		if (credentials != null) {
			assertThat(values).containsExactly(credentials.authorization());
			assertHolds(values.get(0), credentials);
		}
		assertRead(new String(input, StandardCharsets.UTF_8).split("\n", -1)[0]);
	}

	private static void assertHolds(String authorization, ClientCredentials credentials) {
		assertThat(authorization).startsWithIgnoringCase("basic ");
		assertThat(credentials.clientId()).isNotEmpty().doesNotContain(":");
		String pair = credentials.clientId() + ":" + credentials.clientSecret();
		assertThat(pair.chars().anyMatch(Character::isISOControl)).isFalse();
		String encoded = authorization.substring("Basic ".length()).stripLeading().replaceAll("=+$", "");
		// The bits that the last character has too many do not count.
		assertThat(encoded).hasSameSizeAs(encode(pair)).startsWith(encode(pair).substring(0, encoded.length() - 1));
	}

	private static void assertRead(String pair) {
		int colon = pair.indexOf(':');
		if (colon < 1 || pair.chars().anyMatch(Character::isISOControl) || pair.length() > LONGEST_PAIR) {
			return;
		}
		ClientCredentials credentials = BasicCredentials.of(headers(List.of("Basic " + encode(pair))));
		assertThat(Objects.requireNonNull(credentials).clientId()).isEqualTo(pair.substring(0, colon));
		assertThat(credentials.clientSecret()).isEqualTo(pair.substring(colon + 1));
	}

	private static String encode(String pair) {
		return Base64.getEncoder().withoutPadding().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
	}

	private static HttpHeaders headers(List<String> values) {
		HttpHeaders headers = new HttpHeaders();
		values.forEach((value) -> headers.add(HttpHeaders.AUTHORIZATION, value));
		return headers;
	}

}
