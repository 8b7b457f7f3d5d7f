package io.oauthcc.gateway.filter;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenChallenge}.
 */
class TokenChallengeTests {

	@ParameterizedTest
	@ValueSource(strings = { "Bearer error=\"invalid_token\"", "bearer error=invalid_token",
			"Bearer realm=\"a\", error=\"invalid_token\", error_description=\"expired\"",
			"Bearer realm=\"a, b\",error = \"invalid_token\"", "Basic realm=\"a\", Bearer error=\"invalid_token\"",
			"Negotiate, Bearer ERROR=\"invalid_token\"", "Bearer realm=\"a \\\" Basic x\", error=\"invalid_token\"",
			"Bearer  error=\"invalid_token\", Basic realm=\"b\"", "Negotiate abc==, Bearer error=\"invalid_token\"",
			"DPoP algs=\"ES256\", error=\"invalid_token\"", "Bearer, DPoP error=\"invalid_token\"" })
	void saysInvalidTokenWhenItDoesThenTrue(String challenge) {
		assertThat(TokenChallenge.saysInvalidToken(headers("Basic realm=\"x\"", challenge))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Bearer", "Bearer realm=\"a\"", "Bearer error=\"insufficient_scope\"",
			"Basic error=\"invalid_token\"", "Bearer realm=\"error=invalid_token\"",
			"Bearer realm=\"a\", Basic error=\"invalid_token\"", "error=\"invalid_token\"",
			"Bearer error_description=\"invalid_token\"", "Bearer realm=\"\\\" error=\\\"invalid_token\"",
			"DPoP error=\"use_dpop_nonce\"", "DPoP2 error=\"invalid_token\"", "Bearer error=\"Invalid_Token\"",
			"Bearer error=\"invalid_token2\"", "Bearer error=\"invalid_token" + "x", "\"", "=", "Bearer error=",
			"Bearer error=\"invalid_\\" })
	void saysInvalidTokenWhenItDoesNotThenFalse(String challenge) {
		assertThat(TokenChallenge.saysInvalidToken(headers(challenge))).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "DPoP error=\"use_dpop_nonce\", error_description=\"x\" | true",
					"Bearer realm=\"a\", dpop error=use_dpop_nonce | true", "DPoP error=\"invalid_token\" | false",
					"DPoP realm=\"error=use_dpop_nonce\" | false", "Basic error=\"use_dpop_nonce\" | false" })
	void saysUseNonceWhenChallengedThenAsItSays(String challenge, boolean expected) {
		assertThat(TokenChallenge.saysUseNonce(headers(challenge))).isEqualTo(expected);
	}

	@Test
	void saysInvalidTokenWhenNoChallengeThenFalse() {
		assertThat(TokenChallenge.saysInvalidToken(new HttpHeaders())).isFalse();
	}

	@Test
	void saysInvalidTokenWhenAnyTextThenEnds() {
		Random random = new Random(7);
		String alphabet = "Bearer error=\"invalid_token\", \\\t\u0000";
		for (int round = 0; round < 20_000; round++) {
			StringBuilder text = new StringBuilder();
			for (int length = random.nextInt(40); length > 0; length--) {
				text.append(alphabet.charAt(random.nextInt(alphabet.length())));
			}
			TokenChallenge.saysInvalidToken(headers(text.toString()));
		}
		assertThat(TokenChallenge.saysInvalidToken(headers("Bearer " + "\"a,".repeat(100_000)))).isFalse();
	}

	private static HttpHeaders headers(String... challenges) {
		HttpHeaders headers = new HttpHeaders();
		for (String challenge : challenges) {
			headers.add(HttpHeaders.WWW_AUTHENTICATE, challenge);
		}
		return headers;
	}

}
