package io.oauthcc.gateway.filter;

import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.fixture.DpopVerifier;
import io.oauthcc.gateway.fixture.DpopVerifier.BoundToken;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.Upstream.Received;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens that are bound to a key, with a token endpoint and a service that verify every
 * proof.
 */
class DpopIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc:
			  defaults:
			    url: <idp>?tenant=a
			    clientConfig.maxRetries: 0
			    cache.refusalTtl: 0s
			    cache.minTokenAge: 1s
			  middlewares:
			    bound:
			      dpop: true
			    ignoring:
			      dpop: true
			      onUpstreamUnauthorized: off
			    any:
			      dpop: true
			      upstreamUnauthorized.anyChallenge: true
			    given:
			      dpop: true
			      dpopKey: |
			        -----BEGIN EC PRIVATE KEY-----
			        MHcCAQEEIE/bCr87YR7fqjCUGtojBGOquKbSgbNoG6++JxhVPsfDoAoGCCqGSM49
			        AwEHoUQDQgAEs+N7er8UzYxi63GUMuWP59vUOZZhkkLp05o/SMgGMXf9G4hdhkOK
			        1tG4R21Psx/TZ7GeHC9N556MDD8Pb3QjpQ==
			        -----END EC PRIVATE KEY-----
			    body:
			      dpop: true
			      replayBodyLimit: 100B
			    bearer:
			spring.cloud.gateway.server.webflux.routes:
			  - id: bound
			    uri: <upstream>
			    predicates: ['Path=/bound/**,/ws/**']
			    filters: [OAuthClientCredentials=bound]
			  - id: rewritten
			    uri: <upstream>
			    predicates: [Path=/rewritten/**]
			    filters: [OAuthClientCredentials=bound, 'RewritePath=/rewritten/(?<rest>.*), /api/$\\{rest}']
			  - id: stripped
			    uri: <upstream>
			    predicates: [Path=/stripped/**]
			    filters: [StripPrefix=1, OAuthClientCredentials=bound]
			  - id: preserved
			    uri: <upstream>
			    predicates: [Path=/preserved/**]
			    filters: [OAuthClientCredentials=bound, PreserveHostHeader]
			  - id: replaced
			    uri: <upstream>
			    predicates: [Path=/replaced/**]
			    filters: [OAuthClientCredentials=bound, 'SetRequestHeader=Authorization, Bearer other']
			  - id: given
			    uri: <upstream>
			    predicates: [Path=/given/**]
			    filters: [OAuthClientCredentials=given]
			  - id: ignoring
			    uri: <upstream>
			    predicates: [Path=/ignoring/**]
			    filters: [OAuthClientCredentials=ignoring]
			  - id: any
			    uri: <upstream>
			    predicates: [Path=/any/**]
			    filters: [OAuthClientCredentials=any]
			  - id: body
			    uri: <upstream>
			    predicates: [Path=/body/**]
			    filters: [OAuthClientCredentials=body]
			  - id: retried
			    uri: <upstream>
			    predicates: [Path=/retried/**]
			    filters: ['OAuthClientCredentials=bound', 'Retry=3,,UNAUTHORIZED']
			  - id: retrying
			    uri: <upstream>
			    predicates: [Path=/retrying/**]
			    filters: ['Retry=3,,UNAUTHORIZED', 'OAuthClientCredentials=bound']
			  - id: bearer
			    uri: <upstream>
			    predicates: [Path=/bearer/**]
			    filters: [OAuthClientCredentials=bearer]
			""";

	private static final AtomicInteger callers = new AtomicInteger();

	private static final AtomicInteger nonces = new AtomicInteger();

	private static final DpopVerifier verifier = new DpopVerifier();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	/** Of each test another, since tokens stay in memory. */
	private final String caller = "caller-" + callers.incrementAndGet();

	/** The tokens that were issued. */
	private final Map<String, BoundToken> tokens = new ConcurrentHashMap<>();

	private final Set<String> revoked = ConcurrentHashMap.newKeySet();

	private volatile @Nullable String idpNonce;

	private volatile @Nullable String upstreamNonce;

	private volatile boolean nonceIsTold = true;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
		idp.answer(this::issue);
		upstream.answer(this::serve);
	}

	private TokenEndpoint.Answer issue(TokenEndpoint.Call call) {
		String proof = call.headers().get("dpop");
		if (proof == null) {
			return TokenEndpoint.token("bearer-token");
		}
		try {
			Map<String, Object> claims = verifier.verify(proof, "POST", idp.url(), null).getClaims();
			String nonce = this.idpNonce;
			if (nonce != null && !nonce.equals(claims.get("nonce"))) {
				return new TokenEndpoint.Answer(400, "{\"error\":\"use_dpop_nonce\"}",
						this.nonceIsTold ? Map.of("DPoP-Nonce", nonce) : Map.of());
			}
			String token = "token-" + callers.incrementAndGet();
			this.tokens.put(token, new BoundToken(token, thumbprintOf(proof)));
			return TokenEndpoint.Answer.of(200,
					"{\"access_token\":\"%s\",\"token_type\":\"DPoP\",\"expires_in\":3600}".formatted(token));
		}
		catch (JwtException ex) {
			return TokenEndpoint.error(400, "invalid_dpop_proof");
		}
	}

	private Upstream.Answer serve(Received call) {
		String authorization = String.join(",", call.authorization());
		BoundToken token = this.tokens.get(authorization.replaceFirst("^DPoP ", ""));
		List<String> proofs = call.headers().getOrDefault("DPoP", List.of());
		if (!authorization.startsWith("DPoP ") || token == null || proofs.size() != 1) {
			return refused("invalid_request");
		}
		try {
			Map<String, Object> claims = verifier.verify(proofs.get(0), call.method(), targetOf(call), token)
				.getClaims();
			if (this.revoked.contains(token.value())) {
				return refused("invalid_token");
			}
			String nonce = this.upstreamNonce;
			if (nonce != null && !nonce.equals(claims.get("nonce"))) {
				return new Upstream.Answer(401, "no nonce",
						this.nonceIsTold
								? Map.of("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce", nonce)
								: Map.of("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""));
			}
			return new Upstream.Answer(200, token.value(), Map.of());
		}
		catch (JwtException ex) {
			return refused("invalid_dpop_proof");
		}
	}

	private static Upstream.Answer refused(String error) {
		return new Upstream.Answer(401, error,
				Map.of("WWW-Authenticate", "DPoP algs=\"ES256\", error=\"%s\"".formatted(error)));
	}

	private static String targetOf(Received call) {
		return "http://" + call.headers().getOrDefault("Host", List.of()).get(0) + call.uri().split("\\?", 2)[0];
	}

	private static String thumbprintOf(String proof) {
		try {
			return SignedJWT.parse(proof).getHeader().getJWK().computeThumbprint().toString();
		}
		catch (ParseException | JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Object claimOf(Received call, String claim) {
		try {
			return Objects.requireNonNullElse(SignedJWT.parse(proofOf(call)).getJWTClaimsSet().getClaim(claim), "none");
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String proofOf(Received call) {
		return call.headers().getOrDefault("DPoP", List.of("")).get(0);
	}

	@ParameterizedTest
	@CsvSource({ "/bound/x, /bound/x", "/bound/x?a=b&c=%20, /bound/x", "/rewritten/x/y?q=1, /api/x/y",
			"/stripped/x, /x", "/stripped, /", "/bound//x, /bound/x", "/bound/a%2Fb;c=d:e@f, /bound/a%2Fb;c=d:e@f",
			"/bound/%7e'!~, /bound/%7e'!~", "/stripped/a%20b/%C3%BC, /a%20b/%C3%BC" })
	void requestWhenPathIsRewrittenThenProofNamesWhatServiceSees(String path, String seen) {
		get(path).expectStatus().isOk();
		assertThat(upstream.received()).singleElement()
			.satisfies((call) -> assertThat(claimOf(call, "htu")).isEqualTo(upstream.url() + seen));
	}

	@Test
	void requestWhenHostIsPreservedThenProofNamesIt() {
		gateway.client()
			.get()
			.uri("/preserved/x")
			.headers(this::authorize)
			.header("Host", "orders.example")
			.exchange()
			.expectStatus()
			.isOk();
		assertThat(upstream.received()).singleElement()
			.satisfies((call) -> assertThat(claimOf(call, "htu")).isEqualTo("http://orders.example/preserved/x"));
	}

	@Test
	void requestWhenTokenIsKeptThenEachHasFreshProof() {
		for (int i = 0; i < 5; i++) {
			get("/bound/x").expectStatus().isOk();
		}
		assertThat(idp.calls()).hasSize(1);
		assertThat(upstream.received()).extracting((call) -> claimOf(call, "jti")).doesNotHaveDuplicates().hasSize(5);
	}

	@Test
	void requestWhenNotBoundThenBearerWithoutProof() {
		get("/bearer/x").expectStatus().isUnauthorized();
		assertThat(idp.calls()).singleElement()
			.satisfies((call) -> assertThat(call.headers()).doesNotContainKey("dpop"));
		assertThat(upstream.received()).singleElement().satisfies((call) -> {
			assertThat(call.authorization()).containsExactly("Bearer bearer-token");
			assertThat(call.headers()).doesNotContainKey("DPoP");
		});
	}

	@Test
	void requestWhenCallerSendsProofThenItDoesNotPass() {
		gateway.client()
			.get()
			.uri("/bound/x")
			.headers(this::authorize)
			.header("DPoP", "of-the-caller", "another")
			.header(HttpHeaders.CONNECTION, "close, DPoP")
			.exchange()
			.expectStatus()
			.isOk();
	}

	@Test
	void requestWhenFilterReplacesTokenThenNoProof() {
		get("/replaced/x").expectStatus().isUnauthorized();
		assertThat(upstream.received()).singleElement().satisfies((call) -> {
			assertThat(call.authorization()).containsExactly("Bearer other");
			assertThat(call.headers()).doesNotContainKey("DPoP");
		});
	}

	@Test
	void requestWhenKeyIsGivenThenTokenIsBoundToIt() {
		get("/given/x").expectStatus().isOk();
		get("/bound/x").expectStatus().isOk();
		assertThat(idp.calls()).hasSize(2);
		assertThat(thumbprintOf(proofOf(upstream.received().get(0))))
			.isEqualTo("5UMwknflXUwVWrPczfFIwn_joFLCJGQvEj70FeAV6NE")
			.isNotEqualTo(thumbprintOf(proofOf(upstream.received().get(1))));
	}

	@Test
	void tokenEndpointWhenAnswersBearerThenBadGateway() {
		idp.answer(TokenEndpoint.token("downgraded"));
		get("/bound/x").expectStatus().isEqualTo(502);
		assertThat(upstream.received()).isEmpty();
	}

	@Test
	void tokenEndpointWhenAnswersDpopUnaskedThenBadGateway() {
		idp.answer(TokenEndpoint.Answer.of(200, "{\"access_token\":\"a\",\"token_type\":\"DPoP\"}"));
		get("/bearer/x").expectStatus().isEqualTo(502);
		assertThat(upstream.received()).isEmpty();
	}

	@Test
	void tokenEndpointWhenWantsNonceThenGetsItOnceAndKept() {
		this.idpNonce = newNonce();
		get("/bound/x").expectStatus().isOk();
		assertThat(idp.calls()).hasSize(2);
		get("/given/x").expectStatus().isOk();
		assertThat(idp.calls()).hasSize(3);
	}

	@Test
	void tokenEndpointWhenNeverContentWithNonceThenBadGateway() {
		idp.answer((call) -> new TokenEndpoint.Answer(400, "{\"error\":\"use_dpop_nonce\"}",
				Map.of("DPoP-Nonce", newNonce())));
		get("/bound/x").expectStatus().isEqualTo(502);
		assertThat(idp.calls()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bound/x", "/ignoring/x", "/any/x" })
	void serviceWhenWantsNonceThenGetsItWithSameTokenAndKept(String path) {
		this.upstreamNonce = newNonce();
		WebTestClient.ResponseSpec response = get(path).expectStatus().isOk();
		response.expectHeader().doesNotExist("DPoP-Nonce");
		response.expectHeader().doesNotExist(HttpHeaders.WWW_AUTHENTICATE);
		assertThat(upstream.received()).hasSize(2);
		assertThat(upstream.received()).extracting(Received::authorization)
			.containsOnly(upstream.received().get(0).authorization());
		get(path).expectStatus().isOk();
		assertThat(upstream.received()).hasSize(3);
		assertThat(idp.calls()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bound/x", "/ignoring/x", "/any/x" })
	void serviceWhenNeverContentWithNonceThenItsAnswerPasses(String path) {
		upstream.answer((call) -> new Upstream.Answer(401, "no nonce",
				Map.of("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce", newNonce())));
		WebTestClient.ResponseSpec response = get(path).expectStatus().isUnauthorized();
		response.expectHeader().doesNotExist("DPoP-Nonce");
		assertThat(upstream.received()).hasSize(2);
		assertThat(idp.calls()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/retried/x", "/retrying/x" })
	void serviceWhenWantsNonceAndRetryActsThenRequestIsSentNoMoreOnceAnswered(String path) {
		this.upstreamNonce = newNonce();
		get(path).expectStatus().isOk();
		assertThat(upstream.received()).extracting((call) -> claimOf(call, "jti")).doesNotHaveDuplicates().hasSize(2);
	}

	@Test
	void serviceWhenWantsNonceButNamesNoneThenItsAnswerPasses() {
		this.nonceIsTold = false;
		this.upstreamNonce = newNonce();
		get("/bound/x").expectStatus().isUnauthorized();
		assertThat(upstream.received()).hasSize(1);
	}

	@Test
	void serviceWhenWantsNonceForBodyThenOnlyOneThatFitsIsSentAgain() {
		this.upstreamNonce = newNonce();
		post("/body/x", "a".repeat(101)).expectStatus().isUnauthorized();
		assertThat(upstream.received()).hasSize(1);
		this.upstreamNonce = newNonce();
		post("/body/x", "a".repeat(100)).expectStatus().isOk();
		assertThat(upstream.received()).hasSize(3);
		assertThat(upstream.received().subList(1, 3)).extracting(Received::body).containsOnly("a".repeat(100));
		post("/body/x", "a".repeat(101)).expectStatus().isOk();
	}

	@Test
	void serviceWhenRefusesTokenThenAnotherWithNewProof() {
		this.upstreamNonce = newNonce();
		get("/bound/x").expectStatus().isOk();
		String first = bodyOf(get("/bound/x"));
		this.revoked.add(first);
		awaitMinTokenAge();
		this.upstreamNonce = newNonce();
		upstream.received().clear();
		assertThat(bodyOf(get("/bound/x"))).startsWith("token-").isNotEqualTo(first);
		// With the former token, with another, and with that and the new nonce.
		assertThat(upstream.received()).extracting((call) -> claimOf(call, "jti")).doesNotHaveDuplicates().hasSize(3);
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void requestWhenWebSocketThenProofNamesHttp() {
		upstream.received().clear();
		List<String> messages = HttpClient.create()
			.headers((headers) -> headers.set(HttpHeaders.AUTHORIZATION, TestGateway.basic(this.caller, "secret")))
			.websocket()
			.uri("ws://127.0.0.1:" + gateway.port() + "/ws/x?a=b")
			.receive()
			.asString()
			.take(1)
			.collectList()
			.block(Duration.ofSeconds(10));
		assertThat(messages).singleElement().asString().startsWith("DPoP token-");
		assertThat(upstream.received()).singleElement().satisfies((call) -> {
			assertThat(claimOf(call, "htu")).isEqualTo(upstream.url() + "/ws/x");
			assertThat(claimOf(call, "htm")).isEqualTo("GET");
		});
	}

	private static void awaitMinTokenAge() {
		Mono.delay(Duration.ofMillis(1100)).block();
	}

	private static String newNonce() {
		return "nonce-" + nonces.incrementAndGet();
	}

	private void authorize(HttpHeaders headers) {
		headers.set(HttpHeaders.AUTHORIZATION, TestGateway.basic(this.caller, "secret"));
	}

	private WebTestClient.ResponseSpec get(String path) {
		return gateway.client()
			.method(HttpMethod.GET)
			.uri(URI.create(gateway.url() + path))
			.headers(this::authorize)
			.exchange();
	}

	private WebTestClient.ResponseSpec post(String path, String body) {
		return gateway.client().post().uri(path).headers(this::authorize).bodyValue(body).exchange();
	}

	private static String bodyOf(WebTestClient.ResponseSpec response) {
		return Objects.requireNonNull(response.expectBody(String.class).returnResult().getResponseBody());
	}

}
