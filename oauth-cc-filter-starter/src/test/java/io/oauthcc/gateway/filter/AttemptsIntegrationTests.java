package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.TokenEndpoint.Answer;
import io.oauthcc.gateway.fixture.TokenEndpoint.Call;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.util.function.Tuple2;
import reactor.util.retry.Retry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers that try credentials, beside callers that have some, over real HTTP.
 */
class AttemptsIntegrationTests {

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: brute
			    uri: <upstream>
			    predicates: [Path=/brute/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/brute
			  - id: noisy
			    uri: <upstream>
			    predicates: [Path=/noisy/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/noisy
			  - id: hasty
			    uri: <upstream>
			    predicates: [Path=/hasty/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/hasty
			  - id: stale
			    uri: <upstream>
			    predicates: [Path=/stale/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/stale
			          cache.refusalTtl: 0s
			  - id: proxied
			    uri: <upstream>
			    predicates: [Path=/proxied/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/proxied
			          attempts.maxTrustedIndex: 1
			""";

	private static final int GOOD = 50;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	private final ConnectionProvider connections = ConnectionProvider.builder("attempts")
		.maxConnections(256)
		.pendingAcquireMaxCount(-1)
		.build();

	private final AtomicInteger unread = new AtomicInteger();

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
	}

	@AfterEach
	void disconnect() {
		this.connections.dispose();
	}

	@Test
	void bruteForceWhenGoodCallersInBetweenThenTheseNoticeNothing() {
		// Tokens that expire meanwhile, so that good callers have to ask again.
		idp.answer((call) -> clientOf(call).startsWith("good-") ? TokenEndpoint.token("token", 2)
				: TokenEndpoint.error(401, "invalid_client"));
		assertThat(statuses(good("/brute/x"))).hasSize(GOOD).containsOnly(200);
		int before = idp.calls().size();
		long heap = usedHeap();
		long start = System.nanoTime();
		AtomicInteger tried = new AtomicInteger();
		ConcurrentMap<Integer, AtomicInteger> refused = new ConcurrentHashMap<>();
		Mono<Void> attack = Flux.range(0, 200_000)
			.flatMap((number) -> call("/brute/x", "guess-" + number % 1000, "secret-" + number, "")
				.doOnNext((status) -> {
					tried.incrementAndGet();
					refused.computeIfAbsent(status, (key) -> new AtomicInteger()).incrementAndGet();
				}), 64)
			.then();
		Mono<List<Integer>> good = Flux.interval(Duration.ofMillis(500))
			.onBackpressureDrop()
			.concatMap((tick) -> good("/brute/x"))
			.takeUntilOther(attack)
			.collectList();
		List<Integer> statuses = good.blockOptional(Duration.ofMinutes(5)).orElseThrow();
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		long growth = (usedHeap() - heap) / 1024;
		long guesses = idp.calls().stream().filter((call) -> clientOf(call).startsWith("guess-")).count();
		System.out.printf(
				"Brute force: %d tried, answers %s, %d of them at the token endpoint, %d KiB more heap, %d good requests, %d token requests for them, %d s%n",
				tried.get(), refused, guesses, growth, statuses.size(), idp.calls().size() - before - guesses,
				took.toSeconds());
		assertThat(tried).hasValue(200_000);
		assertThat(this.unread).hasValueLessThan(20);
		assertThat(statuses).hasSizeGreaterThan(GOOD * 5).containsOnly(200);
		assertThat(refused.keySet()).isEqualTo(Set.of(401, 429));
		assertThat(guesses).isLessThanOrEqualTo((1 + took.toMinutes()) * 100);
		assertThat(growth).isLessThan(20 * 1024);
	}

	@Test
	void callersWhenOneIsThrottledAndThousandsAreUnknownThenKnownOnesRenew() {
		AtomicInteger noisyCalls = new AtomicInteger();
		idp.delay(Duration.ofMillis(200));
		idp.answer((call) -> {
			if (clientOf(call).startsWith("good-")) {
				return TokenEndpoint.token("token", 2);
			}
			if (!clientOf(call).equals("noisy-client")) {
				return TokenEndpoint.error(401, "invalid_client");
			}
			return (noisyCalls.incrementAndGet() == 1) ? TokenEndpoint.token("token", 1)
					: new Answer(429, "", Map.of("Retry-After", "30"));
		});
		assertThat(statuses(good("/noisy/x"))).hasSize(GOOD).containsOnly(200);
		assertThat(status(call("/noisy/x", "noisy-client", "secret", ""))).isEqualTo(200);
		Flux<Integer> unknown = Flux.range(0, 2000)
			.flatMap((number) -> call("/noisy/x", "unknown-" + number, "secret", ""), 2000);
		Flux<Integer> noisy = Flux.interval(Duration.ofMillis(20))
			.onBackpressureDrop()
			.take(250)
			.concatMap((tick) -> call("/noisy/x", "noisy-client", "secret", ""));
		Mono<List<Integer>> others = Flux.merge(unknown, noisy).collectList();
		Mono<List<Integer>> known = Flux.interval(Duration.ofMillis(100))
			.take(50)
			.onBackpressureDrop()
			.flatMap((tick) -> good("/noisy/x"), 4)
			.collectList();
		Tuple2<List<Integer>, List<Integer>> both = Mono.zip(others, known)
			.blockOptional(Duration.ofMinutes(2))
			.orElseThrow();
		assertThat(both.getT1()).hasSize(2250).isSubsetOf(200, 401, 429, 503);
		assertThat(both.getT1().stream().filter((status) -> status == 503)).hasSizeGreaterThan(200);
		assertThat(both.getT2()).hasSizeGreaterThan(GOOD * 10).containsOnly(200);
		// It is asked once for each wait that it names.
		assertThat(noisyCalls).hasValue(2);
		assertThat(idp.calls().stream().filter((call) -> clientOf(call).startsWith("good-")).count())
			.isGreaterThan(2 * GOOD);
	}

	@Test
	void callersWhenTheyHangUpOrComeAtOnceThenCountedAllTheSame() {
		idp.delay(Duration.ofMillis(300));
		idp.answer(TokenEndpoint.error(401, "invalid_client"));
		List<Integer> patient = Flux.range(0, 50)
			.flatMap((number) -> call("/hasty/x", "patient", "guess-" + number, ""), 50)
			.collectList()
			.blockOptional(Duration.ofMinutes(1))
			.orElseThrow();
		assertThat(patient).hasSize(50).containsOnly(401, 429);
		assertThat(patient.stream().filter((status) -> status == 401)).hasSize(10);
		assertThat(idp.calls()).hasSize(10);
		Flux.range(0, 50)
			.concatMap((number) -> call("/hasty/x", "hasty", "guess-" + number, "").timeout(Duration.ofMillis(50))
				.onErrorComplete())
			.blockLast(Duration.ofMinutes(1));
		assertThat(status(call("/hasty/x", "hasty", "another", ""))).isEqualTo(429);
		assertThat(idp.calls()).hasSize(20);
	}

	@Test
	void callersWhenOneRepeatsAStaleSecretThenNobodyIsTurnedAway() {
		idp.answer((call) -> secretOf(call).equals("right") ? TokenEndpoint.token("token")
				: TokenEndpoint.error(401, "invalid_client"));
		List<Integer> stale = Flux.range(0, 500)
			.flatMap((number) -> call("/stale/x", "client", "stale", ""), 8)
			.collectList()
			.blockOptional(Duration.ofMinutes(1))
			.orElseThrow();
		assertThat(stale).containsOnly(401);
		assertThat(status(call("/stale/x", "client", "right", ""))).isEqualTo(200);
		assertThat(status(call("/stale/x", "other", "right", ""))).isEqualTo(200);
	}

	@Test
	void callersWhenManyAddressesGuessAtOneClientThenItsOwnerIsNotLockedOut() {
		idp.answer((call) -> secretOf(call).equals("right") ? TokenEndpoint.token("token")
				: TokenEndpoint.error(401, "invalid_client"));
		List<Integer> guesses = Flux.range(0, 1000)
			.flatMap((number) -> call("/proxied/x", "owner", "guess-" + number, "198.51.100." + number % 250), 16)
			.collectList()
			.blockOptional(Duration.ofMinutes(1))
			.orElseThrow();
		assertThat(guesses).hasSize(1000).containsOnly(401);
		// What a caller writes before the proxy's own entry is nobody's word.
		List<Integer> spoofed = Flux.range(0, 30)
			.concatMap((number) -> call("/proxied/x", "owner", "spoofed-" + number,
					"203.0.113." + number + ", 198.51.100.251"))
			.collectList()
			.blockOptional(Duration.ofMinutes(1))
			.orElseThrow();
		assertThat(spoofed.subList(0, 10)).containsOnly(401);
		assertThat(spoofed.subList(10, 30)).containsOnly(429);
		assertThat(status(call("/proxied/x", "owner", "right", "192.0.2.1"))).isEqualTo(200);
		// Accepted once, it is not turned away where others guess at it either.
		assertThat(status(call("/proxied/x", "owner", "right", "198.51.100.251"))).isEqualTo(200);
	}

	private Flux<Integer> good(String path) {
		return Flux.range(0, GOOD).flatMap((number) -> call(path, "good-" + number, "secret", ""), 16);
	}

	private static List<Integer> statuses(Flux<Integer> calls) {
		return calls.collectList().blockOptional(Duration.ofSeconds(30)).orElseThrow();
	}

	private static int status(Mono<Integer> call) {
		return call.blockOptional(Duration.ofSeconds(20)).orElseThrow();
	}

	private Mono<Integer> call(String path, String clientId, String secret, String forwardedFor) {
		return HttpClient.create(this.connections).headers((headers) -> {
			headers.set("Authorization", TestGateway.basic(clientId, secret));
			if (!forwardedFor.isEmpty()) {
				headers.set("X-Forwarded-For", forwardedFor);
			}
		})
			.get()
			.uri(gateway.url() + path)
			.responseSingle((response, body) -> body.asString().defaultIfEmpty("").thenReturn(response.status().code()))
			// Reactor Netty 1.3.7 may leave a kept-alive request unread until its client
			// hangs up.
			.timeout(Duration.ofSeconds(5))
			.retryWhen(Retry.max(2)
				.filter(TimeoutException.class::isInstance)
				.doBeforeRetry((signal) -> this.unread.incrementAndGet()));
	}

	private static String clientOf(Call call) {
		return pairOf(call).replaceFirst(":.*", "");
	}

	private static String secretOf(Call call) {
		return pairOf(call).replaceFirst(".*?:", "");
	}

	private static String pairOf(Call call) {
		byte[] pair = Base64.getDecoder().decode(call.authorization().substring("Basic ".length()));
		return new String(pair, StandardCharsets.UTF_8);
	}

	private static long usedHeap() {
		for (int count = 0; count < 3; count++) {
			System.gc();
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

}
