package io.oauthcc.gateway.token;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CachePolicy}.
 */
class CachePolicyTests {

	private static final Instant NOW = MutableClock.START;

	private static final CachePolicy POLICY = new CachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(5),
			Duration.ofHours(24), false, Duration.ofSeconds(5), Duration.ofSeconds(5));

	@ParameterizedTest
	@CsvSource({ "3600, 3570", "301, 271", "300, 270", "299, 269.1", "20, 18", "10, 9", "1, 0.9" })
	void acceptWhenExpiresInThenUsableUntilExpiryLessSkewOfAtMostATenth(long expiresIn, double usableSeconds) {
		AccessToken token = accept("opaque", Duration.ofSeconds(expiresIn));
		assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(expiresIn));
		Instant usableUntil = NOW.plusMillis(Math.round(usableSeconds * 1000));
		assertThat(token.usableUntil()).isEqualTo(usableUntil);
		assertThat(token.isUsableAt(usableUntil.toEpochMilli() - 1)).isTrue();
		assertThat(token.isUsableAt(usableUntil.toEpochMilli())).isFalse();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, -3600, Long.MIN_VALUE })
	void acceptWhenExpiresInNotPositiveThenUsableAtNoTime(long expiresIn) {
		AccessToken token = accept("opaque", Duration.ofSeconds(expiresIn));
		assertThat(token.expiresAt()).isEqualTo(NOW);
		assertThat(token.usableUntil()).isEqualTo(NOW);
		assertThat(token.isUsableAt(NOW.toEpochMilli())).isFalse();
	}

	@ParameterizedTest
	@ValueSource(longs = { 86400, 86401, 315360000, Long.MAX_VALUE })
	void acceptWhenExpiresInReachesMaximumThenMaximum(long expiresIn) {
		assertThat(accept("opaque", Duration.ofSeconds(expiresIn)).expiresAt()).isEqualTo(NOW.plusSeconds(86400));
	}

	@Test
	void acceptWhenSkewZeroThenUsableUntilExpiry() {
		CachePolicy policy = new CachePolicy(Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(24), false,
				Duration.ofSeconds(5), Duration.ofSeconds(5));
		AccessToken token = policy.accept(new AccessTokenResponse("opaque", Duration.ofSeconds(60), null), NOW);
		assertThat(token.usableUntil()).isEqualTo(token.expiresAt()).isEqualTo(NOW.plusSeconds(60));
	}

	@Test
	void acceptWhenDefaultAboveMaximumThenMaximum() {
		CachePolicy policy = new CachePolicy(Duration.ZERO, Duration.ofMinutes(5), Duration.ofMinutes(1), false,
				Duration.ofSeconds(5), Duration.ofSeconds(5));
		AccessToken token = policy.accept(new AccessTokenResponse("opaque", null, null), NOW);
		assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(60));
	}

	@Test
	void acceptWhenNoExpiresInThenExpOfJwt() {
		AccessToken token = accept(jwt(NOW.plusSeconds(3600)), null);
		assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(3600));
		assertThat(token.usableUntil()).isEqualTo(NOW.plusSeconds(3570));
	}

	@Test
	void acceptWhenExpiresInAndJwtThenExpiresIn() {
		assertThat(accept(jwt(NOW.plusSeconds(3600)), Duration.ofSeconds(60)).expiresAt())
			.isEqualTo(NOW.plusSeconds(60));
	}

	@Test
	void acceptWhenExpInThePastThenUsableAtNoTime() {
		AccessToken token = accept(jwt(NOW.minusSeconds(1)), null);
		assertThat(token.expiresAt()).isEqualTo(NOW);
		assertThat(token.isUsableAt(NOW.toEpochMilli())).isFalse();
	}

	@Test
	void acceptWhenExpFarAwayThenMaximum() {
		assertThat(accept(jwt(NOW.plus(Duration.ofDays(36500))), null).expiresAt()).isEqualTo(NOW.plusSeconds(86400));
	}

	@Test
	void acceptWhenJwtWithoutExpThenDefault() {
		assertDefault(jwt(null));
	}

	@ParameterizedTest
	@ValueSource(strings = { "opaque", "a.b.c", "..", "a..c", "!.!.!", "eyJhbGciOiJIUzI1NiJ9.!.c", "a.b.c.d.e",
			"eyJhbGciOiJIUzI1NiJ9..c", "eyJhbGciOiJIUzI1NiJ9.W10.c", "eyJhbGciOiJIUzI1NiJ9.bnVsbA.c" })
	void acceptWhenNoJwtThenDefault(String token) {
		assertDefault(token);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"exp\":\"soon\"}", "{\"exp\":null}", "{\"exp\":[1]}", "{\"exp\":true}", "{\"exp\":{}}",
			"{\"exp\":" })
	void acceptWhenExpIsNoNumberThenDefault(String claims) {
		assertDefault(unsigned(claims));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e30", "-1e30", "9223372036854775807", "1e999999999", "-9223372036854775808" })
	void acceptWhenExpIsExtremeThenWithinBounds(String exp) {
		AccessToken token = accept(unsigned("{\"exp\":" + exp + "}"), null);
		assertThat(token.expiresAt()).isBetween(NOW, NOW.plusSeconds(86400));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e30", "9223372036854775807", "99999999999999999999999" })
	void acceptWhenExpIsAbsurdlyLateThenMaximum(String exp) {
		assertThat(accept(unsigned("{\"exp\":" + exp + "}"), null).expiresAt()).isEqualTo(NOW.plusSeconds(86400));
	}

	@Test
	void acceptWhenClaimsNestDeeplyThenDefault() {
		assertDefault(unsigned("{\"exp\":" + "[".repeat(20_000)));
		assertDefault(unsigned("{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}"));
	}

	@Test
	void acceptThenKeepsValueAndScopes() {
		AccessToken token = POLICY.accept(new AccessTokenResponse("opaque", null, Set.of("read")), NOW);
		assertThat(token.value()).isEqualTo("opaque");
		assertThat(token.authorization()).isEqualTo("Bearer opaque");
		assertThat(token.scopes()).containsExactly("read");
		assertThat(token.issuedAt()).isEqualTo(NOW);
		assertThat(accept("opaque", null).scopes()).isNull();
	}

	@Test
	void untilItsEndWhenBoundToKeyThenStillOfThatType() {
		AccessToken token = accept(jwt(NOW.plusSeconds(60)), Duration.ofHours(1)).ofType(TokenType.DPOP);
		AccessToken shorter = POLICY.untilItsEnd(token);
		assertThat(shorter.expiresAt()).isEqualTo(NOW.plusSeconds(60));
		assertThat(shorter.value()).isEqualTo(token.value());
		assertThat(shorter.authorization()).isEqualTo("DPoP " + token.value());
	}

	private static void assertDefault(String token) {
		assertThat(accept(token, null).expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
		assertThat(accept(token, null).usableUntil()).isEqualTo(NOW.plusSeconds(270));
	}

	private static AccessToken accept(String value, @Nullable Duration expiresIn) {
		return POLICY.accept(new AccessTokenResponse(value, expiresIn, null), NOW);
	}

	private static String jwt(@Nullable Instant expiry) {
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().subject("client");
		if (expiry != null) {
			claims.expirationTime(Date.from(expiry));
		}
		try {
			SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
			jwt.sign(new MACSigner(new byte[32]));
			return jwt.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Claims that no library would write; nobody checks the signature. */
	private static String unsigned(String claims) {
		return encode("{\"alg\":\"HS256\"}") + "." + encode(claims) + "." + encode("signature");
	}

	private static String encode(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
