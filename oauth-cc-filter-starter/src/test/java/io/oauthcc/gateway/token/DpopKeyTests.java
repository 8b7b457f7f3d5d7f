package io.oauthcc.gateway.token;

import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DpopKey}.
 */
class DpopKeyTests {

	private static final DpopTarget TARGET = DpopTarget.of("PUT", URI.create("https://orders.example/x?a=b#c"));

	private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

	private static final AccessToken TOKEN = new AccessToken("abc", null, NOW, NOW, NOW);

	private final DpopKey key = DpopKey.generate();

	@Test
	void proveWhenTokenAndNonceThenProofHasAll() throws JOSEException, ParseException {
		SignedJWT proof = SignedJWT.parse(this.key.prove(TARGET, TOKEN, "n-1", NOW));
		assertThat(proof.getHeader().toJSONObject()).containsOnlyKeys("typ", "alg", "jwk")
			.containsEntry("typ", "dpop+jwt")
			.containsEntry("alg", "ES256");
		assertThat(proof.getHeader().getJWK().isPrivate()).isFalse();
		assertThat(proof.getHeader().getJWK().toJSONObject()).containsOnlyKeys("kty", "crv", "x", "y");
		assertThat(proof.getHeader().getJWK().computeThumbprint()).hasToString(this.key.thumbprint());
		assertThat(proof.verify(new ECDSAVerifier(proof.getHeader().getJWK().toECKey()))).isTrue();
		assertThat(proof.getJWTClaimsSet().getClaims()).containsOnlyKeys("htm", "htu", "iat", "jti", "ath", "nonce")
			.containsAllEntriesOf(Map.of("htm", "PUT", "htu", "https://orders.example/x", "iat", Date.from(NOW), "ath",
					"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "nonce", "n-1"));
	}

	@Test
	void proveWhenNeitherTokenNorNonceThenProofHasNone() throws ParseException {
		assertThat(SignedJWT.parse(this.key.prove(TARGET, null, null, NOW)).getJWTClaimsSet().getClaims())
			.containsOnlyKeys("htm", "htu", "iat", "jti");
	}

	/** BlockHound watches; several threads share the source of randomness. */
	@Test
	void proveWhenOnEventLoopsThenNothingBlocksAndEachIsAnother() {
		Flux<String> proofs = Flux.range(0, 200)
			.flatMap((i) -> Mono.fromCallable(() -> this.key.prove(TARGET, TOKEN, null, NOW))
				.subscribeOn(Schedulers.parallel()))
			.map(DpopKeyTests::idOf);
		StepVerifier.create(proofs.distinct().count()).expectNext(200L).expectComplete().verify(Duration.ofSeconds(20));
	}

	private static String idOf(String proof) {
		try {
			return SignedJWT.parse(proof).getJWTClaimsSet().getJWTID();
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void equalsWhenOtherKeyThenNot() {
		@Nullable Object other = DpopKey.generate();
		assertThat(this.key).isNotEqualTo(other)
			.isEqualTo(this.key)
			.hasToString("DpopKey[" + this.key.thumbprint() + "]");
	}

}
