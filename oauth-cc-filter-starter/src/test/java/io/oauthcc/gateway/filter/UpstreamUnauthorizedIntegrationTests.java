package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.Upstream.Answer;
import io.oauthcc.gateway.fixture.Upstream.Received;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that refuses tokens, over real HTTP.
 */
class UpstreamUnauthorizedIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc:
			  defaults:
			    url: <idp>
			    cache.minTokenAge: 1s
			  middlewares:
			    retry:
			    evict:
			      onUpstreamUnauthorized: evict
			    ignoring:
			      onUpstreamUnauthorized: off
			    scoped:
			      scopes: read write
			      requiredScopes: read write
			    any:
			      upstreamUnauthorized.anyChallenge: true
			    body:
			      replayBodyLimit: 1KB
			spring.cloud.gateway.server.webflux.globalcors.cors-configurations:
			  '[/**]': {allowedOrigins: 'https://app.example'}
			spring.cloud.gateway.server.webflux.routes:
			  - id: retry
			    uri: <upstream>
			    predicates: ['Path=/retry/**,/sse/retry/**,/stream/retry/**']
			    filters: [AddResponseHeader=X-Before, before, OAuthClientCredentials=retry, 'AddRequestHeader=X-After, after']
			  - id: prefixed
			    uri: <upstream>
			    predicates: [Path=/prefixed/**]
			    filters: [OAuthClientCredentials=retry, PrefixPath=/api, 'AddResponseHeader=X-Once, once']
			  - id: scoped
			    uri: <upstream>
			    predicates: [Path=/scoped/**]
			    filters: [OAuthClientCredentials=scoped]
			  - id: evict
			    uri: <upstream>
			    predicates: [Path=/evict/**]
			    filters: [OAuthClientCredentials=evict]
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
			    predicates: ['Path=/body/**,/stream/body/**']
			    filters: [OAuthClientCredentials=body]
			""";

	private static final Answer INVALID_TOKEN = new Answer(401, "revoked",
			Map.of("WWW-Authenticate", "Basic realm=\"x\", Bearer realm=\"y\", error=\"invalid_token\"",
					"X-First-Answer", "yes", "Vary", "Accept-Encoding"));

	private static final AtomicInteger callers = new AtomicInteger();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	/** The {@code Authorization} headers that the service refuses. */
	private final Set<String> revoked = ConcurrentHashMap.newKeySet();

	/** Of each test another, since tokens stay in memory. */
	private final String caller = "caller-" + callers.incrementAndGet();

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(
				CONFIGURATION.replace("AddResponseHeader=X-Before, before", "'AddResponseHeader=X-Before, before'"),
				Map.of("idp", idp.url(), "upstream", upstream.url()));
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
		upstream.answer((call) -> this.revoked.containsAll(call.authorization()) ? INVALID_TOKEN : Upstream.echo(call));
	}

	@Test
	void requestWhenTokenIsRevokedThenReplacedAndReplayed() {
		String first = warmUp("/retry/x");
		this.revoked.add(first);
		WebTestClient.ResponseSpec response = get("/retry/x").expectStatus().isOk();
		response.expectHeader().doesNotExist(HttpHeaders.WWW_AUTHENTICATE);
		response.expectHeader().doesNotExist("X-First-Answer");
		response.expectHeader().valueEquals("X-Before", "before");
		String second = bodyOf(response);
		assertThat(second).startsWith("Bearer ").isNotEqualTo(first);
		assertThat(idp.calls()).hasSize(2);
		assertThat(upstream.received()).extracting(Received::authorization)
			.containsExactly(List.of(first), List.of(first), List.of(second));
		assertThat(upstream.received())
			.allSatisfy((call) -> assertThat(call.headers()).containsEntry("X-After", List.of("after")));
		assertThat(bodyOf(get("/retry/x"))).isEqualTo(second);
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void requestWhenReplayedThenFiltersBehindActAsForTheFirstTime() {
		this.revoked.add(warmUp("/prefixed/x"));
		WebTestClient.ResponseSpec response = get("/prefixed/x").expectStatus().isOk();
		response.expectHeader().valueEquals("X-Once", "once");
		response.expectHeader()
			.valueEquals("Vary", "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers");
		assertThat(upstream.received()).extracting(Received::uri)
			.containsExactly("/api/prefixed/x", "/api/prefixed/x", "/api/prefixed/x");
	}

	@Test
	void requestWhenOtherTokenLacksAScopeThenNotReplayed() {
		String first = warmUp("/scoped/x");
		this.revoked.add(first);
		idp.answer(scoped("narrow", "read"));
		get("/scoped/x").expectStatus()
			.isForbidden()
			.expectHeader()
			.valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\"");
		assertThat(upstream.received()).hasSize(2);
		// Kept like any other: no request asks for it again.
		get("/scoped/x").expectStatus().isForbidden();
		assertThat(idp.calls()).hasSize(2);
		assertThat(upstream.received()).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			value = { "none | 200", "read write | 200", "write read more | 200", "read | 403", "'' | 403" })
	void requestWhenScopesAreRequiredThenWhatWasGrantedDecides(String granted, int status) {
		idp.answer((granted != null) ? scoped("opaque", granted) : TokenEndpoint.token("opaque"));
		get("/scoped/x").expectStatus().isEqualTo(status);
		get("/scoped/x").expectStatus().isEqualTo(status);
		assertThat(idp.calls()).hasSize(1);
		assertThat(upstream.received()).hasSize((status == 200) ? 2 : 0);
	}

	@Test
	void requestsWhenTokenIsRevokedThenOneTokenRequestForAll() {
		this.revoked.add(warmUp("/retry/x"));
		idp.delay(Duration.ofMillis(300));
		List<Integer> statuses = Flux.range(0, 40)
			.flatMap((number) -> status(HttpMethod.GET, "/retry/x"), 40)
			.collectList()
			.block(Duration.ofSeconds(30));
		assertThat(statuses).hasSize(40).containsOnly(200);
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void requestsWhenServiceRefusesAllTokensThenOneTokenRequestInMinTokenAge() {
		upstream.answer((call) -> INVALID_TOKEN);
		get("/retry/x").expectStatus().isUnauthorized();
		int seconds = 4;
		List<String> answers = Flux.interval(Duration.ofMillis(20))
			.take(Duration.ofSeconds(seconds))
			.onBackpressureDrop()
			.flatMap((tick) -> call(HttpMethod.GET, "/retry/x"), 20)
			.collectList()
			.block(Duration.ofSeconds(30));
		assertThat(answers).hasSizeGreaterThan(50).containsOnly("401 revoked");
		assertThat(idp.calls().size()).isBetween(2, 1 + seconds + 1);
	}

	@Test
	void requestWhenTokenIsYoungThenKeptAndAnswerPassedOn() {
		upstream.answer((call) -> INVALID_TOKEN);
		WebTestClient.ResponseSpec response = get("/retry/x").expectStatus().isUnauthorized();
		response.expectHeader().valueEquals("X-First-Answer", "yes");
		assertThat(bodyOf(response)).isEqualTo("revoked");
		assertThat(upstream.received()).hasSize(1);
		assertThat(idp.calls()).hasSize(1);
	}

	@Test
	void requestWhenReplayedAnswerIsAnErrorThenPassedOn() {
		String first = warmUp("/retry/x");
		upstream.answer((call) -> call.authorization().contains(first) ? INVALID_TOKEN
				: new Answer(418, "teapot", Map.of("X-Second-Answer", "yes")));
		WebTestClient.ResponseSpec response = get("/retry/x").expectStatus().isEqualTo(418);
		response.expectHeader().valueEquals("X-Second-Answer", "yes");
		response.expectHeader().doesNotExist("X-First-Answer");
		assertThat(bodyOf(response)).isEqualTo("teapot");
	}

	@Test
	void requestWhenNoOtherTokenIsToBeHadThenAnswerPassedOn() {
		String first = warmUp("/retry/x");
		this.revoked.add(first);
		idp.answer(TokenEndpoint.error(500, "server_error"));
		WebTestClient.ResponseSpec response = get("/retry/x").expectStatus().isUnauthorized();
		assertThat(bodyOf(response)).isEqualTo("revoked");
		idp.reset();
		get("/retry/x").expectStatus().isOk();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			value = { "none", "Bearer realm=\"y\"", "Bearer error=\"insufficient_scope\"", "Basic realm=\"user\"" })
	void requestWhenServiceRefusesTheUserThenPassedOnUnchanged(String challenge) {
		warmUp("/retry/x");
		upstream.answer((call) -> new Answer(401, "user",
				(challenge != null) ? Map.of("WWW-Authenticate", challenge) : Map.of()));
		assertThat(bodyOf(get("/retry/x").expectStatus().isUnauthorized())).isEqualTo("user");
		assertThat(upstream.received()).hasSize(2);
		assertThat(idp.calls()).hasSize(1);
	}

	@Test
	void requestWhenAnyChallengeCountsThenReplacedAndReplayed() {
		String first = warmUp("/any/x");
		upstream.answer(
				(call) -> call.authorization().contains(first) ? new Answer(401, "", Map.of()) : Upstream.echo(call));
		get("/any/x").expectStatus().isOk();
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void requestWhenEvictThenAnswerPassedOnAndNextHasAnother() {
		this.revoked.add(warmUp("/evict/x"));
		get("/evict/x").expectStatus().isUnauthorized();
		assertThat(idp.calls()).hasSize(1);
		get("/evict/x").expectStatus().isOk();
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void requestWhenOffThenNothingHappens() {
		this.revoked.add(warmUp("/ignoring/x"));
		get("/ignoring/x").expectStatus().isUnauthorized();
		get("/ignoring/x").expectStatus().isUnauthorized();
		assertThat(idp.calls()).hasSize(1);
	}

	@Test
	void postWhenBodyIsOverTheLimitThenEvictedButNotReplayed() {
		this.revoked.add(warmUp("/retry/x"));
		assertThat(post("/retry/x", "body")).isEqualTo("401 revoked");
		assertThat(upstream.received()).extracting(Received::body).containsExactly("", "body");
		assertThat(post("/retry/x", "body")).startsWith("200 ");
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void postWhenWithoutBodyThenReplayed() {
		this.revoked.add(warmUp("/retry/x"));
		assertThat(call(HttpMethod.POST, "/retry/x").block(Duration.ofSeconds(20))).startsWith("200 ");
	}

	@Test
	void postWhenBodyIsWithinTheLimitThenReplayedWhole() {
		this.revoked.add(warmUp("/body/x"));
		String body = "0123456789abcdef".repeat(64);
		assertThat(post("/body/x", body)).startsWith("200 ");
		assertThat(upstream.received()).extracting(Received::body).containsExactly("", body, body);
		// Sent as it came, when nothing is refused.
		assertThat(post("/body/x", body)).startsWith("200 ");
		assertThat(upstream.received().get(3).body()).isEqualTo(body);
	}

	@Test
	void postWhenBodyIsChunkedOrTooLongThenNotReplayed() {
		this.revoked.add(warmUp("/body/x"));
		assertThat(post("/body/x", "x".repeat(1025))).isEqualTo("401 revoked");
		assertThat(upstream.received()).hasSize(2);
		this.revoked.clear();
		String other = warmUp("/body/x");
		this.revoked.add(other);
		String answer = authorized().post()
			.uri(gateway.url() + "/body/x")
			.send(ByteBufFlux.fromString(Flux.just("a", "b")))
			.responseSingle((response, content) -> Mono.just(response.status().code() + ""))
			.block(Duration.ofSeconds(20));
		assertThat(answer).isEqualTo("401");
	}

	@Test
	void streamWhenTokenIsGoodThenStreams() {
		warmUp("/retry/x");
		assertThat(bodyOf(get("/sse/retry/x").expectStatus().isOk())).startsWith("data: Bearer ");
	}

	private static TokenEndpoint.Answer scoped(String token, String scope) {
		return TokenEndpoint.Answer.of(200,
				"{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"%s\"}"
					.formatted(token, scope));
	}

	@Test
	void streamWhenBodyNeverEndsThenServiceGetsItAsItComes() {
		for (String path : List.of("/stream/retry/x", "/stream/body/x")) {
			String answer = authorized().post()
				.uri(gateway.url() + path)
				.send(ByteBufFlux.fromString(Flux.concat(Mono.just("first"), Mono.never())))
				.response((response, content) -> content.asString().take(1))
				.next()
				.block(Duration.ofSeconds(10));
			assertThat(answer).isEqualTo("first");
		}
	}

	/** A token that is old enough to be dropped. */
	private String warmUp(String path) {
		String token = bodyOf(get(path).expectStatus().isOk());
		Mono.delay(Duration.ofMillis(1100)).block();
		return token;
	}

	private WebTestClient.ResponseSpec get(String path) {
		return gateway.client()
			.get()
			.uri(path)
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic(this.caller, "secret"))
			.exchange();
	}

	private static String bodyOf(WebTestClient.ResponseSpec response) {
		String body = response.expectBody(String.class).returnResult().getResponseBody();
		return (body != null) ? body : "";
	}

	private String post(String path, String body) {
		String answer = authorized().headers((headers) -> headers.set("Content-Length", body.length()))
			.post()
			.uri(gateway.url() + path)
			.send(ByteBufFlux.fromString(Mono.just(body)))
			.responseSingle((response, content) -> content.asString()
				.defaultIfEmpty("")
				.map((text) -> response.status().code() + " " + text))
			.block(Duration.ofSeconds(20));
		return (answer != null) ? answer : "";
	}

	private Mono<Integer> status(HttpMethod method, String path) {
		return call(method, path).map((answer) -> Integer.valueOf(answer.substring(0, 3)));
	}

	private Mono<String> call(HttpMethod method, String path) {
		return authorized().request(io.netty.handler.codec.http.HttpMethod.valueOf(method.name()))
			.uri(gateway.url() + path)
			.responseSingle((response, content) -> content.asString()
				.defaultIfEmpty("")
				.map((text) -> response.status().code() + " " + text));
	}

	private HttpClient authorized() {
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", TestGateway.basic(this.caller, "secret")));
	}

}
