package io.oauthcc.gateway.claims;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.oauthcc.gateway.claims.ClaimValue.ArrayValue;
import io.oauthcc.gateway.claims.ClaimValue.NullValue;
import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import io.oauthcc.gateway.claims.ClaimValue.StringValue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes {@link Claims#text}, which headers are made of: a JSON value.
 */
class HeaderTextFuzzTests {

	private static final ClaimPath C = ClaimPath.parse("c");

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void textWhenAnyClaimThenTextForHeader(byte[] input) {
		Claims claims = FuzzInput.claims(claim(input));
		ClaimValue value = claims.find(C);
		assertHeaderText((value != null) ? value : NullValue.NULL, claims.text(C));
	}

	private static byte[] claim(byte[] json) {
		String text = new String(json, StandardCharsets.ISO_8859_1);
		return ("{\"c\":" + text + "}").getBytes(StandardCharsets.ISO_8859_1);
	}

	private static void assertHeaderText(ClaimValue value, String text) {
		assertThat(text).isEqualTo(expected(value));
		assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(text);
	}

	private static String expected(ClaimValue value) {
		if (value instanceof ArrayValue array) {
			return array.elements().stream().map(HeaderTextFuzzTests::expectedWithin).collect(Collectors.joining(","));
		}
		if (value instanceof ObjectValue) {
			return json(value);
		}
		return (value instanceof StringValue string) ? string.value() : Objects.requireNonNullElse(value.scalar(), "");
	}

	private static String expectedWithin(ClaimValue element) {
		return (element instanceof ArrayValue) ? json(element) : expected(element);
	}

	/** Compact JSON of visible ASCII and spaces, which is read as the value. */
	private static String json(ClaimValue value) {
		String json = value.json();
		assertThat(json).matches("[ -~]++");
		ObjectValue read = new ClaimsReader("payload")
			.read(("{\"c\":" + json + "}").getBytes(StandardCharsets.US_ASCII));
		assertThat(read.members()).isEqualTo(Map.of("c", value));
		return json;
	}

}
