package io.oauthcc.gateway.token;

import java.net.URI;
import java.text.ParseException;
import java.time.Clock;

import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DpopProofs}.
 */
class DpopProofsTests {

	private static final DpopKey KEY = DpopKey.generate();

	private static final DpopTarget ORDERS = DpopTarget.of("GET", URI.create("https://orders/a"));

	private final DpopProofs proofs = new DpopProofs(Clock.systemUTC());

	@Test
	void ofWhenNonceIsKnownThenForItsOriginAlone() throws ParseException {
		this.proofs.learn(ORDERS, answer("n-1"));
		this.proofs.learn(ORDERS, answer("n-2"));
		this.proofs.learn(ORDERS, new HttpHeaders());
		assertThat(nonceFor(DpopTarget.of("POST", URI.create("https://orders:443/b")))).isEqualTo("n-2");
		assertThat(nonceFor(DpopTarget.of("GET", URI.create("http://orders/a")))).isNull();
		assertThat(this.proofs.hasNonce(ORDERS)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a\"b", "a\\b", "ä" })
	void learnWhenNoNonceThenIgnored(String text) throws ParseException {
		this.proofs.learn(ORDERS, answer(text));
		this.proofs.learn(ORDERS, answer("a".repeat(1025)));
		assertThat(nonceFor(ORDERS)).isNull();
		assertThat(this.proofs.hasNonce(ORDERS)).isFalse();
	}

	@Test
	void learnWhenManyOriginsThenOnlySomeAreKept() {
		for (int i = 0; i < 5000; i++) {
			this.proofs.learn(targetOf(i), answer("n"));
		}
		int kept = 0;
		for (int i = 0; i < 5000; i++) {
			kept += this.proofs.hasNonce(targetOf(i)) ? 1 : 0;
		}
		assertThat(kept).isBetween(1, 1100);
	}

	private static DpopTarget targetOf(int i) {
		return DpopTarget.of("GET", URI.create("https://orders-" + i + "/"));
	}

	private @Nullable String nonceFor(DpopTarget target) throws ParseException {
		return SignedJWT.parse(this.proofs.of(KEY, target, null)).getJWTClaimsSet().getStringClaim("nonce");
	}

	private static HttpHeaders answer(String nonce) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(DpopProofs.NONCE_HEADER, nonce);
		return headers;
	}

}
