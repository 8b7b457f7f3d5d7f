package io.oauthcc.gateway.claims;

import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes what is within the parts of a token: a header, an empty line, a payload.
 */
class JwtPartsFuzzTests {

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void decodeWhenAnyPartsThenClaimsOrKnownMessage(byte[] input) {
		FuzzInput parts = FuzzInput.of(input);
		String token = TestJwts.base64Url(parts.head()) + "." + TestJwts.base64Url(parts.body()) + ".AA";
		try {
			JwtClaims.decode(token);
		}
		catch (MalformedTokenException ex) {
			assertThat(MalformedTokens.MESSAGES).contains(ex.getMessage());
			assertThat(ex).hasNoCause();
			return;
		}
		assertWritten(new ClaimsReader("header").read(parts.head()));
		assertWritten(new ClaimsReader("payload").read(parts.body()));
	}

	/** What an object is written as is read as that object. */
	private static void assertWritten(ObjectValue object) {
		byte[] json = object.json().getBytes(StandardCharsets.US_ASCII);
		assertThat(new ClaimsReader("payload").read(json)).isEqualTo(object);
	}

}
