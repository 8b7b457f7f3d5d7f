package io.oauthcc.gateway.claims;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes {@link JwtClaims} with any text for a token.
 */
class JwtClaimsFuzzTests {

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void decodeWhenAnyTextThenClaimsOrKnownMessage(byte[] input) {
		String token = FuzzInput.text(input);
		try {
			Claims claims = JwtClaims.decode(token);
			assertThat(claims).asString().matches("Claims\\[\\d+]");
			assertThat(token.chars().filter((character) -> character == '.')).hasSize(2);
		}
		catch (MalformedTokenException ex) {
			assertThat(MalformedTokens.MESSAGES).contains(ex.getMessage());
			assertThat(ex).hasNoCause();
		}
	}

}
