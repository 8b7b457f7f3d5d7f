package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.DpopProofs;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Against a token endpoint of which no more is there than what it is sent.
 */
class TokenRequestProofsTests {

	private static final URI TOKEN_URI = URI.create("https://idp.example/token");

	private static final ClientCredentialsGrant BOUND = TestGrants.grant().dpopKey(DpopKey.generate()).build();

	private final TokenRequestProofs proofs = new TokenRequestProofs(new MutableClock());

	private final List<HttpHeaders> sent = new ArrayList<>();

	@Test
	void proveWhenTokensAreNotBoundThenNoProofAndNothingLearnt() {
		ClientCredentialsGrant bearer = TestGrants.grant().build();
		StepVerifier.create(this.proofs.prove(bearer, TOKEN_URI, (headers) -> answer(bearer, headers, "n-1", false)))
			.expectNext("token")
			.verifyComplete();
		assertThat(this.sent).singleElement().satisfies((headers) -> assertThat(headers.isEmpty()).isTrue());
		StepVerifier.create(this.proofs.prove(BOUND, TOKEN_URI, (headers) -> answer(BOUND, headers, null, false)))
			.expectNext("token")
			.verifyComplete();
		assertThat(proofOf(1).getClaim("nonce")).isNull();
	}

	@Test
	void proveWhenTokensAreBoundThenProofIsForThatRequest() throws ParseException {
		StepVerifier.create(this.proofs.prove(BOUND, TOKEN_URI, (headers) -> answer(BOUND, headers, null, false)))
			.expectNext("token")
			.verifyComplete();
		JWTClaimsSet proof = proofOf(0);
		assertThat(proof.getStringClaim("htm")).isEqualTo("POST");
		assertThat(proof.getStringClaim("htu")).isEqualTo(TOKEN_URI.toString());
		assertThat(proof.getIssueTime()).isEqualTo(MutableClock.START);
	}

	@Test
	void proveWhenNonceIsWantedThenSentOnceMoreWithItAndKeptForTheNext() {
		StepVerifier
			.create(this.proofs.prove(BOUND, TOKEN_URI,
					(headers) -> answer(BOUND, headers, "n-1", this.sent.isEmpty())))
			.expectNext("token")
			.verifyComplete();
		StepVerifier.create(this.proofs.prove(BOUND, TOKEN_URI, (headers) -> answer(BOUND, headers, null, false)))
			.expectNext("token")
			.verifyComplete();
		assertThat(this.sent).hasSize(3);
		assertThat(proofOf(0).getClaim("nonce")).isNull();
		assertThat(proofOf(1).getClaim("nonce")).isEqualTo("n-1");
		assertThat(proofOf(2).getClaim("nonce")).isEqualTo("n-1");
		assertThat(proofOf(1).getJWTID()).isNotEqualTo(proofOf(0).getJWTID());
	}

	@Test
	void proveWhenNonceIsWantedAndNoneNamedThenNotSentAgain() {
		StepVerifier.create(this.proofs.prove(BOUND, TOKEN_URI, (headers) -> answer(BOUND, headers, null, true)))
			.verifyError(UseDpopNonceException.class);
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void proveWhenNoNonceIsGoodEnoughThenSentTwiceAtMost() {
		StepVerifier
			.create(this.proofs.prove(BOUND, TOKEN_URI,
					(headers) -> answer(BOUND, headers, "n-" + this.sent.size(), true)))
			.verifyError(UseDpopNonceException.class);
		assertThat(this.sent).hasSize(2);
	}

	private Mono<String> answer(ClientCredentialsGrant grant, HttpHeaders headers, @Nullable String nonce,
			boolean wantsNonce) {
		this.sent.add(headers);
		HttpHeaders answer = new HttpHeaders();
		if (nonce != null) {
			answer.set(DpopProofs.NONCE_HEADER, nonce);
		}
		this.proofs.learn(grant, TOKEN_URI, answer);
		return wantsNonce ? Mono.error(new UseDpopNonceException(HttpStatus.BAD_REQUEST)) : Mono.just("token");
	}

	private JWTClaimsSet proofOf(int request) {
		try {
			return SignedJWT.parse(Objects.requireNonNull(this.sent.get(request).getFirst(DpopProofs.HEADER)))
				.getJWTClaimsSet();
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
