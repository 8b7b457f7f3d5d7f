package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.JwtVerification;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Against an issuer that publishes what a test tells it to.
 */
class JwtAccessTokenVerifierTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static RSAKey rsa;

	private static RSAKey replaced;

	private static ECKey ec;

	private final MutableClock clock = new MutableClock();

	private final JwtAccessTokenVerifier verifier = new JwtAccessTokenVerifier(this.clock);

	private final Map<String, Upstream.Answer> answers = new ConcurrentHashMap<>();

	private final Upstream issuer = Upstream.start();

	JwtAccessTokenVerifierTests() {
		this.issuer.answer((call) -> this.answers.getOrDefault(call.uri(), new Upstream.Answer(404, "", Map.of())));
	}

	@BeforeAll
	static void generate() throws JOSEException {
		rsa = new RSAKeyGenerator(2048).keyID("key").generate();
		replaced = new RSAKeyGenerator(2048).keyID("key").generate();
		ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
	}

	@AfterEach
	void stop() {
		this.verifier.destroy();
		this.issuer.close();
	}

	@Test
	void verifyWhenKeyIsWithdrawnOrReplacedThenFollowedAfterFiveMinutes() {
		publish(rsa);
		verify(rsa, null);
		publish(replaced);
		this.clock.advance(Duration.ofMinutes(4).minusMillis(1));
		verify(rsa, null);
		assertThat(this.issuer.received()).hasSize(1);
		this.clock.advance(Duration.ofMinutes(1).plusMillis(1));
		verify(rsa, AccessTokenFailure.UNVERIFIED);
		verify(replaced, null);
		assertThat(this.issuer.received()).hasSize(2);
		assertThat(this.verifier.unverifiedTokens()).isEqualTo(1);
	}

	@Test
	void verifyWhenManyTokensComeAtOnceThenKeysFetchedOnce() {
		publish(rsa);
		AccessToken token = token(rsa);
		StepVerifier.create(Flux.range(0, 30).flatMap((caller) -> this.verifier.verify(token, grant(), deadline()), 30))
			.expectComplete()
			.verify(LIMIT);
		assertThat(this.issuer.received()).hasSize(1);
	}

	@Test
	void verifyWhenPreparedThenWaitsForNoOtherRequest() {
		publish(rsa);
		this.verifier.prepare(TestGrants.grant().build());
		this.verifier.prepare(grant());
		await().atMost(LIMIT).until(() -> this.issuer.received().size() == 1);
		verify(rsa, null);
		assertThat(this.issuer.received()).hasSize(1);
	}

	@Test
	void verifyWhenKeyIsNotKnownThenLookedForEveryFiveSeconds() {
		publish(rsa);
		verify(rsa, null);
		publish(ec);
		verify(ec, AccessTokenFailure.UNVERIFIED);
		verify(ec, AccessTokenFailure.UNVERIFIED);
		assertThat(this.issuer.received()).hasSize(1);
		this.clock.advance(Duration.ofSeconds(5));
		// Another algorithm as well.
		verify(ec, null);
		assertThat(this.issuer.received()).hasSize(2);
	}

	@Test
	void verifyWhenIssuerIsGoneThenKeysServeForFiveMinutesAndFailureIsKeptForASecond() {
		publish(rsa);
		verify(rsa, null);
		this.answers.put("/jwks", new Upstream.Answer(503, "", Map.of()));
		this.clock.advance(Duration.ofMinutes(4).minusMillis(1));
		verify(rsa, null);
		this.clock.advance(Duration.ofMinutes(1).plusMillis(1));
		verify(rsa, AccessTokenFailure.UNVERIFIABLE);
		verify(rsa, AccessTokenFailure.UNVERIFIABLE);
		assertThat(this.issuer.received()).hasSize(2);
		publish(rsa);
		this.clock.advance(Duration.ofSeconds(1));
		verify(rsa, null);
	}

	@Test
	void verifyWhenDeadlineIsNearThenGivesUp() throws IOException {
		// Accepts connections, and never says a word.
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			ClientCredentialsGrant grant = grantOf(URI.create("http://127.0.0.1:" + silent.getLocalPort()));
			Instant near = this.clock.instant().plusMillis(100);
			StepVerifier.create(this.verifier.verify(token(rsa), grant, near))
				.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(AccessTokenException.class)
					.hasMessageContaining("did not come in time"))
				.verify(LIMIT);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/.well-known/oauth-authorization-server/a/b", "/a/b/.well-known/openid-configuration",
			"/.well-known/openid-configuration/a/b" })
	void verifyWhenIssuerHasMetadataThenKeysFoundByThem(String path) {
		publish(rsa);
		String name = this.issuer.url() + "/a/b";
		this.answers.put("/.well-known/oauth-authorization-server/a/b",
				new Upstream.Answer(302, "", Map.of("Location", "/login")));
		this.answers.put("/a/b/.well-known/openid-configuration", json("<html>"));
		this.answers.put(path, metadata(name, this.issuer.url() + "/jwks"));
		StepVerifier.create(this.verifier.verify(token(rsa, name), grantOf(name), deadline()))
			.expectComplete()
			.verify(LIMIT);
	}

	@ParameterizedTest
	@CsvSource({ "https://other.example, <issuer>/jwks, another issuer's", "<issuer>, ftp://127.0.0.1/jwks, less safe",
			"<issuer>, , name no keys", "<issuer>, <issuer>/none, NotFound" })
	void verifyWhenMetadataAreOfNoUseThenSaysWhy(String named, @Nullable String jwksUri, String reason) {
		publish(rsa);
		String name = this.issuer.url();
		this.answers.put("/.well-known/openid-configuration", metadata(named.replace("<issuer>", name),
				(jwksUri != null) ? jwksUri.replace("<issuer>", name) : null));
		StepVerifier.create(this.verifier.verify(token(rsa, name), grantOf(name), deadline()))
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(AccessTokenException.class)
				.hasMessageContaining(reason)
				.extracting("failure")
				.isEqualTo(AccessTokenFailure.UNVERIFIABLE))
			.verify(LIMIT);
	}

	@Test
	void verifyWhenNoVerificationIsAskedForThenAnyTokenPasses() {
		StepVerifier.create(this.verifier.verify(token(rsa), TestGrants.grant().build(), deadline()))
			.expectComplete()
			.verify(LIMIT);
		assertThat(this.issuer.received()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "-600, -300, it is expired", "300, 600, it is not valid yet", "-60, , exp is required" })
	void verifyWhenTimesAreWrongThenSaysNoMoreOfThem(long notBefore, @Nullable Long expires, String reason) {
		publish(rsa);
		Instant now = Instant.now();
		JWTClaimsSet claims = new JWTClaimsSet.Builder().notBeforeTime(Date.from(now.plusSeconds(notBefore)))
			.expirationTime((expires != null) ? Date.from(now.plusSeconds(expires)) : null)
			.build();
		assertUnverified(grant(), claims, reason);
	}

	@ParameterizedTest
	@CsvSource({ "10, ", "31, UNVERIFIED" })
	void verifyWhenClocksDifferThenUsedForAsLongAsTheyMay(long expiredFor, @Nullable AccessTokenFailure expected) {
		publish(rsa);
		ClientCredentialsGrant grant = TestGrants.grant()
			.jwtVerification(new JwtVerification(keys(), null, List.of(), Duration.ofSeconds(30)))
			.build();
		JWTClaimsSet claims = claims().expirationTime(Date.from(Instant.now().minusSeconds(expiredFor))).build();
		expect(this.verifier.verify(sign(rsa, claims), grant, deadline()), expected);
	}

	@Test
	void verifyWhenIssuedByAnotherThenUnverified() {
		publish(rsa);
		assertUnverified(grantOf("https://idp.example", List.of()), claims().issuer("https://other.example").build(),
				"The iss claim is not valid");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "other", "orders-2" })
	void verifyWhenMeantForAnotherThenUnverified(@Nullable String audience) {
		publish(rsa);
		assertUnverified(grantOf(null, List.of("orders", "billing")), claims().audience(audience).build(),
				"The aud claim is not valid");
	}

	@ParameterizedTest
	@CsvSource({ "orders, other", "other, billing" })
	void verifyWhenOneOfItsAudiencesIsMeantThenPasses(String first, String second) {
		publish(rsa);
		StepVerifier.create(this.verifier.verify(sign(rsa, claims().audience(List.of(first, second)).build()),
				grantOf(null, List.of("orders", "billing")), deadline()))
			.expectComplete()
			.verify(LIMIT);
		assertThat(this.verifier.unverifiedTokens()).isZero();
	}

	@Test
	void destroyWhenKeysAreOnTheirWayThenWhoWaitsHearsOfIt() {
		try (TokenEndpoint hanging = TokenEndpoint.start()) {
			hanging.delay(Duration.ofHours(1));
			StepVerifier.create(this.verifier.verify(token(rsa), grantOf(URI.create(hanging.url())), deadline()))
				.then(() -> await().atMost(LIMIT).until(() -> hanging.calls().size() == 1))
				.then(this.verifier::destroy)
				.expectErrorSatisfies((error) -> assertThat(error)
					.hasMessageContaining("the keys cannot be had (CancellationException)"))
				.verify(LIMIT);
		}
	}

	@Test
	void destroyWhenConnectionIdlesThenClosesIt() throws InterruptedException {
		CountDownLatch closed = new CountDownLatch(1);
		try (TokenEndpoint keys = TokenEndpoint
			.start((server) -> server.doOnConnection((connection) -> connection.onDispose(closed::countDown)))) {
			keys.answer(TokenEndpoint.Answer.of(200, new JWKSet(rsa).toPublicJWKSet().toString()));
			StepVerifier.create(this.verifier.verify(token(rsa), grantOf(URI.create(keys.url())), deadline()))
				.expectComplete()
				.verify(LIMIT);
			this.verifier.destroy();
			assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	private void assertUnverified(ClientCredentialsGrant grant, JWTClaimsSet claims, String reason) {
		StepVerifier.create(this.verifier.verify(sign(rsa, claims), grant, deadline()))
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(AccessTokenException.class)
				.hasMessage("the token that was issued is not used: " + reason)
				.extracting("failure")
				.isEqualTo(AccessTokenFailure.UNVERIFIED))
			.verify(LIMIT);
		assertThat(this.verifier.unverifiedTokens()).isEqualTo(1);
	}

	private void verify(JWK key, @Nullable AccessTokenFailure expected) {
		expect(this.verifier.verify(token(key), grant(), deadline()), expected);
	}

	private static void expect(Mono<Void> verified, @Nullable AccessTokenFailure expected) {
		StepVerifier.FirstStep<Void> step = StepVerifier.create(verified);
		if (expected == null) {
			step.expectComplete().verify(LIMIT);
			return;
		}
		step.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(AccessTokenException.class)
			.extracting("failure")
			.isEqualTo(expected)).verify(LIMIT);
	}

	private Instant deadline() {
		return this.clock.instant().plus(LIMIT);
	}

	private ClientCredentialsGrant grant() {
		return grantOf(keys());
	}

	private URI keys() {
		return URI.create(this.issuer.url() + "/jwks");
	}

	private ClientCredentialsGrant grantOf(@Nullable String issuer, List<String> audiences) {
		return TestGrants.grant()
			.jwtVerification(new JwtVerification(keys(), issuer, audiences, Duration.ZERO))
			.build();
	}

	private static ClientCredentialsGrant grantOf(URI keys) {
		return TestGrants.grant().jwtVerification(new JwtVerification(keys, null, List.of(), Duration.ZERO)).build();
	}

	private static ClientCredentialsGrant grantOf(String issuer) {
		return TestGrants.grant().jwtVerification(new JwtVerification(null, issuer, List.of(), Duration.ZERO)).build();
	}

	private void publish(JWK key) {
		this.answers.put("/jwks", json(new JWKSet(key).toPublicJWKSet().toString()));
	}

	private static Upstream.Answer metadata(String issuer, @Nullable String jwksUri) {
		return json((jwksUri != null) ? "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(issuer, jwksUri)
				: "{\"issuer\":\"%s\"}".formatted(issuer));
	}

	private static Upstream.Answer json(String body) {
		return new Upstream.Answer(200, body, Map.of("Content-Type", "application/json"));
	}

	private static AccessToken token(JWK key) {
		return token(key, "https://idp.example");
	}

	private static AccessToken token(JWK key, String issuer) {
		return sign(key, claims().issuer(issuer).build());
	}

	private static JWTClaimsSet.Builder claims() {
		return new JWTClaimsSet.Builder().expirationTime(Date.from(Instant.now().plusSeconds(300)));
	}

	private static AccessToken sign(JWK key, JWTClaimsSet claims) {
		Instant now = Instant.now();
		try {
			SignedJWT jwt = new SignedJWT(
					new JWSHeader.Builder((key instanceof ECKey) ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
						.keyID(key.getKeyID())
						// RFC 9068, section 2.1.
						.type(new JOSEObjectType("at+jwt"))
						.build(),
					claims);
			jwt.sign((key instanceof ECKey elliptic) ? new ECDSASigner(elliptic) : new RSASSASigner(key.toRSAKey()));
			return TestGrants.CACHE_POLICY.accept(jwt.serialize(), null, now, now.plusSeconds(300));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
