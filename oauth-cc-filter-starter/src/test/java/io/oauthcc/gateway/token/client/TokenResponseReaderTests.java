package io.oauthcc.gateway.token.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Tests for {@link TokenResponseReader}.
 */
class TokenResponseReaderTests {

	private static final Duration LONGEST = Duration.ofDays(3650);

	private final TokenResponseReader reader = new TokenResponseReader();

	@Test
	void readWhenWholeAnswerThenEverythingInIt() {
		AccessTokenResponse response = read(200, """
				{"access_token":"abc.DEF-1_2~3+4/5==","token_type":"Bearer","expires_in":3600,"scope":"read  write",
				"refresh_token":"r","ext":{"a":[1,null]}}""");
		assertThat(response.value()).isEqualTo("abc.DEF-1_2~3+4/5==");
		assertThat(response.expiresIn()).isEqualTo(Duration.ofHours(1));
		assertThat(response.scopes()).containsExactly("read", "write");
	}

	@Test
	void readWhenErrorIsNullThenToken() {
		assertThat(read(200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"error\":null}").value())
			.isEqualTo("abc");
	}

	@ParameterizedTest
	@MethodSource("lifetimes")
	void readWhenExpiresInThenLifetime(String member, @Nullable Duration expected) {
		AccessTokenResponse response = read(200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\"" + member + "}");
		assertThat(response.expiresIn()).isEqualTo(expected);
	}

	static Stream<Arguments> lifetimes() {
		return Stream.of(lifetime("3600", Duration.ofHours(1)), lifetime("\"3600\"", Duration.ofHours(1)),
				lifetime("\" 3600 \"", Duration.ofHours(1)), lifetime("3599.9", Duration.ofSeconds(3599)),
				lifetime("\"3599.9\"", Duration.ofSeconds(3599)), lifetime("3.6e3", Duration.ofHours(1)),
				lifetime("1", Duration.ofSeconds(1)), lifetime("0.5", Duration.ZERO), lifetime("0", Duration.ZERO),
				lifetime("-5", Duration.ZERO), lifetime("\"-5\"", Duration.ZERO),
				lifetime("1e-999999999", Duration.ZERO), lifetime("-1e999999999", Duration.ZERO),
				lifetime("1e999999999", LONGEST), lifetime("\"1e999999999\"", LONGEST),
				lifetime("9".repeat(40), LONGEST), lifetime("9".repeat(900), LONGEST),
				lifetime("\"" + "9".repeat(900) + "\"", LONGEST), lifetime("\"" + "9".repeat(1000) + "\"", LONGEST),
				lifetime("9223372036854775807", LONGEST), lifetime("\"" + "9".repeat(1001) + "\"", null),
				lifetime("\"1e99999999999999\"", null), lifetime("null", null), lifetime("\"soon\"", null),
				lifetime("\"\"", null), lifetime("true", null), lifetime("{\"a\":1}", null), lifetime("[3600]", null),
				lifetime("\"Infinity\"", null), lifetime("\"NaN\"", null), argumentSet("missing", "", null));
	}

	private static Arguments lifetime(String value, @Nullable Duration expected) {
		String name = (value.length() > 20) ? value.substring(0, 20) + "… (" + value.length() + ")" : value;
		return argumentSet(name, ",\"expires_in\":" + value, expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Bearer", "bearer", "BEARER" })
	void readWhenTokenTypeIsBearerInAnyCaseThenToken(String type) {
		assertThat(read(200, "{\"access_token\":\"abc\",\"token_type\":\"%s\"}".formatted(type)).value())
			.isEqualTo("abc");
	}

	@ParameterizedTest
	@ValueSource(strings = { "DPoP", "dpop", "DPOP" })
	void readWhenTokenTypeIsDpopAsAskedForThenToken(String type) {
		assertThat(this.reader.read(HttpStatus.OK, ofType(type), TokenType.DPOP).value()).isEqualTo("abc");
	}

	@Test
	void readWhenTokenTypeIsBearerThoughDpopWasAskedForThenBadAnswer() {
		assertThatExceptionOfType(AccessTokenException.class)
			.isThrownBy(() -> this.reader.read(HttpStatus.OK, ofType("Bearer"), TokenType.DPOP))
			.satisfies((ex) -> assertThat(ex.getFailure()).isEqualTo(AccessTokenFailure.BAD_ANSWER));
	}

	private static byte[] ofType(String type) {
		return "{\"access_token\":\"abc\",\"token_type\":\"%s\"}".formatted(type).getBytes(StandardCharsets.UTF_8);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"scope\":null", ",\"scope\":[\"a\"]", ",\"scope\":1" })
	void readWhenScopeIsNoTextThenNotTold(String member) {
		assertThat(read(200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\"" + member + "}").scopes()).isNull();
	}

	@Test
	void readWhenScopeRepeatsThenOnce() {
		assertThat(read(200, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"scope\":\"a b a\"}").scopes())
			.containsExactly("a", "b");
	}

	@ParameterizedTest
	@MethodSource("badAnswers")
	void readWhenAnswerOf200HoldsNoTokenThenBadAnswer(String body) {
		assertThat(fail(200, body).getFailure()).isEqualTo(AccessTokenFailure.BAD_ANSWER);
	}

	static Stream<Arguments> badAnswers() {
		return Stream.of(argumentSet("empty", ""), argumentSet("blank", "  \n"),
				argumentSet("HTML", "<html>hush</html>"), argumentSet("array", "[\"hush\"]"),
				argumentSet("string", "\"hush\""), argumentSet("number", "1"), argumentSet("null", "null"),
				argumentSet("empty object", "{}"), argumentSet("no token", "{\"token_type\":\"Bearer\"}"),
				badToken("1"), badToken("null"), badToken("true"), badToken("{\"hush\":1}"), badToken("\"\""),
				badToken("\"hush hush\""), badToken("\"hush\\r\\nX-Evil: 1\""), badToken("\"hush\\n\""),
				badToken("\"husché\""), badToken("\"hush=hush\""), badToken("\"=\""), badToken("\"hush,\""),
				badToken("\"hush\\u0000\""), argumentSet("no type", "{\"access_token\":\"hush\"}"), badType("\"mac\""),
				badType("\"DPoP\""), badType("\"Bearer \""), badType("1"), badType("null"),
				argumentSet("error", "{\"error\":\"invalid_client\",\"error_description\":\"hush\"}"),
				argumentSet("error and token",
						"{\"access_token\":\"hush\",\"token_type\":\"Bearer\",\"error\":\"server_error\"}"),
				argumentSet("duplicates",
						"{\"access_token\":\"hush\",\"access_token\":\"hush2\",\"token_type\":\"Bearer\"}"),
				argumentSet("nested duplicates",
						"{\"access_token\":\"hush\",\"token_type\":\"Bearer\",\"a\":{\"b\":1,\"b\":2}}"),
				argumentSet("trailing word", "{\"access_token\":\"hush\",\"token_type\":\"Bearer\"} hush"),
				argumentSet("trailing object", "{\"access_token\":\"hush\",\"token_type\":\"Bearer\"}{}"),
				argumentSet("deep arrays", "[".repeat(10_000) + "]".repeat(10_000)),
				argumentSet("deep objects",
						"{\"access_token\":\"hush\",\"token_type\":\"Bearer\",\"a\":"
								+ "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001)),
				argumentSet("cut off", "{\"access_token\":\"hush\",\"token_ty"),
				argumentSet("bare Infinity",
						"{\"access_token\":\"hush\",\"token_type\":\"Bearer\",\"expires_in\":Infinity}"),
				argumentSet("number too long", "{\"access_token\":\"hush\",\"token_type\":\"Bearer\",\"expires_in\":"
						+ "9".repeat(5000) + "}"));
	}

	private static Arguments badToken(String token) {
		return argumentSet("token " + token.replace('\\', '_'),
				"{\"access_token\":%s,\"token_type\":\"Bearer\"}".formatted(token));
	}

	private static Arguments badType(String type) {
		return argumentSet("type " + type, "{\"access_token\":\"hush\",\"token_type\":%s}".formatted(type));
	}

	@ParameterizedTest
	@CsvSource({ "400, invalid_client, CLIENT_REFUSED", "403, invalid_client, CLIENT_REFUSED",
			"400, unauthorized_client, GRANT_REFUSED", "403, unauthorized_client, GRANT_REFUSED",
			"400, invalid_scope, GRANT_REFUSED", "403, invalid_scope, GRANT_REFUSED",
			"400, invalid_target, GRANT_REFUSED", "403, invalid_target, GRANT_REFUSED",
			"400, access_denied, GRANT_REFUSED", "403, access_denied, GRANT_REFUSED",
			"404, access_denied, REQUEST_REJECTED", "500, invalid_client, SERVER_ERROR",
			"503, invalid_scope, SERVER_ERROR", "302, invalid_client, BAD_ANSWER",
			"400, invalid_request, REQUEST_REJECTED", "400, invalid_grant, REQUEST_REJECTED",
			"400, unsupported_grant_type, REQUEST_REJECTED", "400, INVALID_CLIENT, REQUEST_REJECTED" })
	void readWhenErrorThenFailureOfItsKind(int status, String error, AccessTokenFailure failure) {
		AccessTokenException ex = fail(status,
				"{\"error\":\"%s\",\"error_description\":\"hush\",\"error_uri\":\"hush\"}".formatted(error));
		assertThat(ex.getFailure()).isEqualTo(failure);
		assertThat(ex).hasMessageStartingWith("HTTP " + status);
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 307, 400, 403, 404, 413, 500, 502, 503, 599, 999 })
	void readWhenErrorWithoutCodeThenNoRefusal(int status) {
		for (String body : new String[] { "", "<html>hush</html>", "{}", "[]", "{\"error\":{\"code\":\"hush\"}}",
				"{\"error\":null}", "{\"access_token\":\"hush\",\"token_type\":\"Bearer\"}" }) {
			AccessTokenException ex = fail(status, body);
			assertThat(ex.getFailure()).isEqualTo(ofOther(status));
			assertThat(ex).hasMessage("HTTP %d with no error code", status);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "hush\\r\\nWARN forged", "hush\\u001b[31m", "hush\\u0000", "hush hush", "HUSH", "",
			"hush_hush_hush_hush_hush_hush_hush_hush_h", "hush\\u2028", "invalid_client\\n" })
	void readWhenErrorCodeIsNoneThenMessageHoldsNothingOfIt(String error) {
		for (int status : new int[] { 200, 400, 500 }) {
			AccessTokenException ex = fail(status, "{\"error\":\"" + error + "\"}");
			assertThat(ex.getFailure()).isEqualTo(ofOther(status));
			assertThat(ex).hasMessage("HTTP %d with the error (unprintable)", status);
		}
	}

	@Test
	void readWhenAnyBytesThenNoOtherException() {
		Random random = new Random(42);
		byte[] good = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"a\"}"
			.getBytes(StandardCharsets.UTF_8);
		for (int round = 0; round < 20_000; round++) {
			byte[] body = (round % 2 == 0) ? good.clone() : new byte[random.nextInt(1, 64)];
			if (round % 2 == 0) {
				body[random.nextInt(body.length)] = (byte) random.nextInt();
				body[random.nextInt(body.length)] = (byte) random.nextInt();
			}
			else {
				random.nextBytes(body);
			}
			try {
				this.reader.read(HttpStatus.OK, body, TokenType.BEARER);
			}
			catch (AccessTokenException ex) {
				assertThat(ex.getFailure()).isEqualTo(AccessTokenFailure.BAD_ANSWER);
			}
		}
	}

	private static AccessTokenFailure ofOther(int status) {
		return switch (status / 100) {
			case 4 -> AccessTokenFailure.REQUEST_REJECTED;
			case 5 -> AccessTokenFailure.SERVER_ERROR;
			default -> AccessTokenFailure.BAD_ANSWER;
		};
	}

	private AccessTokenResponse read(int status, String body) {
		return this.reader.read(HttpStatusCode.valueOf(status), body.getBytes(StandardCharsets.UTF_8),
				TokenType.BEARER);
	}

	private AccessTokenException fail(int status, String body) {
		AccessTokenException ex = catchThrowableOfType(AccessTokenException.class, () -> read(status, body));
		assertThat(ex).isNotNull();
		assertThat(ex.toString()).doesNotContainIgnoringCase("hus").doesNotContainPattern("\\p{Cntrl}");
		return ex;
	}

}
