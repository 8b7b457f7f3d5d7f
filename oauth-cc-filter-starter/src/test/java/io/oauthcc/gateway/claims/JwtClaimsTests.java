package io.oauthcc.gateway.claims;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.oauthcc.gateway.claims.MalformedTokenException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.oauthcc.gateway.claims.TestJwts.HEADER;
import static io.oauthcc.gateway.claims.TestJwts.base64Url;
import static io.oauthcc.gateway.claims.TestJwts.jwt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Tests for {@link JwtClaims}.
 */
class JwtClaimsTests {

	private static final ClaimPath C = ClaimPath.parse("c");

	@Test
	void decodeWhenRfc7519ExampleThenClaims() {
		// RFC 7519, section 3.1.
		Claims claims = JwtClaims.decode("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
				+ ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
				+ ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
		assertThat(claims.text(ClaimPath.parse("iss"))).isEqualTo("joe");
		assertThat(claims.text(ClaimPath.parse("exp"))).isEqualTo("1300819380");
		assertThat(claims.text(ClaimPath.parse("http://example\\.com/is_root"))).isEqualTo("true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "opaque", "a.b", "a.b.c.d", "....", "a.b.c.d.e.f", "......................" })
	void decodeWhenNotThreePartsThenNoJwt(String token) {
		Reason expected = token.equals("....") ? Reason.ENCRYPTED : Reason.NOT_A_JWT;
		assertThat(reasonOf(token)).isEqualTo(expected);
	}

	@Test
	void decodeWhenFivePartsThenEncrypted() {
		String token = base64Url("{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}") + ".a2V5.aXY.dGV4dA.dGFn";
		assertThat(failureOf(token)).hasMessageContaining("encrypted");
		assertThat(reasonOf(token)).isEqualTo(Reason.ENCRYPTED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "None", "NONE" })
	void decodeWhenAlgorithmIsNoneThenUnsecured(String algorithm) {
		assertThat(reasonOf(jwt("{\"alg\":\"%s\"}".formatted(algorithm), "{}"))).isEqualTo(Reason.UNSECURED);
		assertThat(reasonOf(base64Url("{\"alg\":\"%s\"}".formatted(algorithm)) + ".e30.")).isEqualTo(Reason.UNSECURED);
	}

	@Test
	void decodeWhenSignatureIsEmptyThenUnsecured() {
		assertThat(reasonOf(base64Url(HEADER) + "." + base64Url("{}") + ".")).isEqualTo(Reason.UNSECURED);
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '~', textBlock = """
			~~                              => header is no JSON
			null                            => header is no JSON object
			[]                              => header is no JSON object
			"alg"                           => header is no JSON object
			{}                              => header has no alg
			{"ALG":"RS256"}                 => header has no alg
			{"alg":null}                    => header has no alg
			{"alg":1}                       => header has no alg
			{"alg":["RS256"]}               => header has no alg
			{"alg":"RS256","alg":"none"}    => header has two members of one name
			{"alg":"RS256","b64":false,"crit":["b64"]} => header has crit
			{"alg":"RS256"} {}              => header has something after
			""")
	void decodeWhenHeaderIsWrongThenMalformed(String header, String problem) {
		assertMalformed(jwt(header, "{}"), problem);
	}

	@ParameterizedTest
	@CsvSource(delimiterString = "=>", quoteCharacter = '~', textBlock = """
			~~                    => payload is no JSON
			~ ~                   => payload is no JSON
			true                  => payload is no JSON object
			[{"c":1}]             => payload is no JSON object
			"{}"                  => payload is no JSON object
			eyJhbGciOiJub25lIn0   => payload is no JSON
			{"c":1                => payload is no JSON
			{"c":1]               => payload is no JSON
			{"c":1,}              => payload is no JSON
			{"c":[1,]}            => payload is no JSON
			{"c"}                 => payload is no JSON
			{"c":}                => payload is no JSON
			{c:1}                 => payload is no JSON
			{"c":'a'}             => payload is no JSON
			{"c":01}              => payload is no JSON
			{"c":+1}              => payload is no JSON
			{"c":.5}              => payload is no JSON
			{"c":5.}              => payload is no JSON
			{"c":1e}              => payload is no JSON
			{"c":0x1}             => payload is no JSON
			{"c":NaN}             => payload is no JSON
			{"c":Infinity}        => payload is no JSON
			{"c":True}            => payload is no JSON
			{"c":nul}             => payload is no JSON
			{"c":"\t"}            => payload is no JSON
			{"c":"\u0000"}        => payload is no JSON
			{"c":"\\x"}           => payload is no JSON
			{"c":"\\u12"}         => payload is no JSON
			{"c":1/**/}           => payload is no JSON
			{"c":1}//             => payload is no JSON
			{"c":1}x              => payload is no JSON
			{"c":1}{}             => payload has something after
			{"c":1} null          => payload has something after
			{"c":1}}              => payload is no JSON
			{"c":1,"c":1}         => payload has two members of one name
			{"c":null,"c":1}      => payload has two members of one name
			{"c":1,"\\u0063":2}   => payload has two members of one name
			{"o":{"c":1,"c":2}}   => payload has two members of one name
			{"a":[{"c":1,"c":2}]} => payload has two members of one name
			{"c":"\\ud83d"}       => payload has half a character
			{"c":"\\ude00\\ud83d"} => payload has half a character
			{"\\ud83d":1}         => payload has half a character
			""")
	void decodeWhenPayloadIsWrongThenMalformed(String payload, String problem) {
		assertMalformed(jwt(payload), problem);
	}

	@ParameterizedTest
	@MethodSource
	void decodeWhenBytesAreNoUtf8ThenMalformed(byte[] value) {
		byte[] payload = ("{\"c\":\"" + new String(value, StandardCharsets.ISO_8859_1) + "\"}")
			.getBytes(StandardCharsets.ISO_8859_1);
		assertMalformed(base64Url(HEADER) + "." + base64Url(payload) + ".AA", "payload is no UTF-8");
	}

	static Stream<Arguments> decodeWhenBytesAreNoUtf8ThenMalformed() {
		return Stream.of(argumentSet("latin 1", bytes(0xfc)), argumentSet("overlong", bytes(0xc0, 0xaf)),
				argumentSet("overlong zero", bytes(0xc0, 0x80)), argumentSet("surrogate", bytes(0xed, 0xa0, 0x80)),
				argumentSet("truncated", bytes(0xe2, 0x82)), argumentSet("stray continuation", bytes(0x80)),
				argumentSet("beyond Unicode", bytes(0xf4, 0x90, 0x80, 0x80)),
				argumentSet("no byte of it", bytes(0xff)));
	}

	@Test
	void decodeWhenUtf16ThenMalformed() {
		byte[] payload = "{\"c\":1}".getBytes(StandardCharsets.UTF_16BE);
		assertMalformed(base64Url(HEADER) + "." + base64Url(payload) + ".AA", "payload is no JSON");
	}

	@ParameterizedTest
	@ValueSource(strings = { "e30=", "e3 0", "e30\n", "e31", "e3", "e", "e+/0", "e30%3D", "é", "\u0665", "e30\u0000" })
	void decodeWhenBase64IsLaxThenMalformed(String part) {
		assertMalformed(part + ".e30.AA", "header is no base64url");
		assertMalformed(base64Url(HEADER) + "." + part + ".AA", "payload is no base64url");
		assertMalformed(base64Url(HEADER) + ".e30." + part, "signature is no base64url");
	}

	@Test
	void decodeWhenUnusualButRightThenClaims() {
		assertThat(TestJwts.claims(" {\"c\"\t:\r\n\"v\"} \n").text(C)).isEqualTo("v");
		assertThat(TestJwts.claims("{\"c\":\"\\ud83d\\ude00\"}").text(C)).isEqualTo("\ud83d\ude00");
		assertThat(TestJwts.claims("{\"c\":\"\\u0000\"}").text(C)).isEqualTo("\u0000");
		assertThat(TestJwts.claims("{\"\":1,\"C\":2,\"c\":3}").text(C)).isEqualTo("3");
		assertThat(TestJwts.claims("{}").text(C)).isEmpty();
	}

	@Test
	void decodeWhenAsLargeAsAllowedThenClaims() {
		String largest = padded(65536);
		assertThat(largest).hasSize(65536);
		assertThat(JwtClaims.decode(largest).text(C)).hasSizeGreaterThan(45_000);
		assertThat(reasonOf(largest + "A")).isEqualTo(Reason.TOO_LARGE);
		assertThat(reasonOf(".".repeat(1_000_000))).isEqualTo(Reason.TOO_LARGE);
	}

	/** A token of the length, which its signature fills up. */
	private static String padded(int length) {
		String token = base64Url(HEADER) + "." + base64Url("{\"c\":\"" + "x".repeat(46_000) + "\"}") + ".";
		int rest = length - token.length();
		return token + "A".repeat(rest);
	}

	@ParameterizedTest
	@CsvSource({ "[, ]", "{\"c\":, }" })
	void decodeWhenDeepThenBounded(String opening, String closing) {
		assertThatNoException().isThrownBy(() -> JwtClaims.decode(nested(opening, closing, 16)));
		assertThat(reasonOf(nested(opening, closing, 17))).isEqualTo(Reason.TOO_DEEP);
		assertThat(reasonOf(nested(opening, closing, 7000))).isEqualTo(Reason.TOO_DEEP);
		assertThat(reasonOf(jwt("{\"c\":" + opening.repeat(7000)))).isEqualTo(Reason.TOO_DEEP);
		assertThat(reasonOf(jwt("{\"alg\":" + opening.repeat(7000), "{}"))).isEqualTo(Reason.TOO_DEEP);
	}

	/** A payload with as many levels, its own among them. */
	private static String nested(String opening, String closing, int levels) {
		return jwt("{\"c\":" + opening.repeat(levels - 1) + "1" + closing.repeat(levels - 1) + "}");
	}

	@Test
	void decodeWhenNumberIsAbsurdThenMalformed() {
		assertThat(TestJwts.claims("{\"c\":1e999999999}").text(C)).isEqualTo("1e999999999");
		assertMalformed(jwt("{\"c\":" + "9".repeat(1001) + "}"), "payload is no JSON");
	}

	@Test
	void decodeWhenNamesCollideThenClaims() {
		// Strings of one hash code.
		StringBuilder members = new StringBuilder();
		for (int i = 0; i < 4096; i++) {
			members.append("\"");
			for (int bit = 0; bit < 12; bit++) {
				members.append(((i >> bit) & 1) == 0 ? "Aa" : "BB");
			}
			members.append("\":0,");
		}
		String payload = members.substring(0, 40_000);
		payload = payload.substring(0, payload.lastIndexOf(','));
		assertThat(TestJwts.claims("{" + payload + ",\"c\":1}").text(C)).isEqualTo("1");
	}

	@Test
	void decodeWhenCutAnywhereThenMalformed() {
		String payload = "{\"c\":[1.5e3,\"a\\u00e9\",null,{\"d\":true}]}";
		IntStream.range(0, payload.length())
			.forEach((length) -> assertThat(reasonOf(jwt(payload.substring(0, length)))).isEqualTo(Reason.MALFORMED));
	}

	@Test
	void decodeWhenSomethingIsChangedThenNothingElseIsThrown() {
		String payload = "{\"iss\":\"https://idp.example\",\"c\":[1.5e3,\"a\\u00e9\\ud83d\\ude00\",null,{\"d\":true}]}";
		Random random = new Random(20261127);
		int decoded = 0;
		for (int i = 0; i < 20_000; i++) {
			StringBuilder changed = new StringBuilder(payload);
			for (int change = random.nextInt(3); change >= 0; change--) {
				int place = random.nextInt(changed.length());
				changed.replace(place, place + random.nextInt(2), String.valueOf((char) random.nextInt(0x80)));
			}
			StringBuilder token = new StringBuilder(jwt(changed.toString()));
			if (random.nextBoolean()) {
				token.setCharAt(random.nextInt(token.length()), (char) random.nextInt(0x180));
			}
			try {
				JwtClaims.decode(token.toString());
				decoded++;
			}
			catch (MalformedTokenException ex) {
				assertThat(ex.getMessage()).doesNotContain("idp");
			}
		}
		assertThat(decoded).isBetween(1000, 19_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "hush", "hush.hush.hush", "hush.hush.hush.hush.hush" })
	void decodeWhenRefusedThenMessageHoldsNothingOfTheToken(String token) {
		assertThat(failureOf(token)).hasNoCause().message().doesNotContain("hush");
		assertThat(failureOf(jwt("{\"c\":hush}"))).hasNoCause().message().doesNotContain("hush");
		assertThat(failureOf(jwt("{\"hush\":1,\"hush\":2}"))).hasNoCause().message().doesNotContain("hush");
	}

	private static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return bytes;
	}

	private static void assertMalformed(String token, String problem) {
		MalformedTokenException failure = failureOf(token);
		assertThat(failure).hasMessageStartingWith("the token's " + problem);
		assertThat(failure.getReason()).isEqualTo(Reason.MALFORMED);
	}

	private static Reason reasonOf(String token) {
		return failureOf(token).getReason();
	}

	private static MalformedTokenException failureOf(String token) {
		MalformedTokenException failure = catchThrowableOfType(MalformedTokenException.class,
				() -> JwtClaims.decode(token));
		assertThat(failure).as("refused").isNotNull();
		return failure;
	}

}
