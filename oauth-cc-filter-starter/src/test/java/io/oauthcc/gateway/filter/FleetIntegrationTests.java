package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.Callers.Reply;
import io.oauthcc.gateway.fixture.GatewayProcess;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three gateways, each a process of its own, that share tokens through one real Redis,
 * and what happens to them when it fails, or when one of them does.
 */
@Tag("fleet")
class FleetIntegrationTests {

	private static final Log logger = LogFactory.getLog(FleetIntegrationTests.class);

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  cache.minTokenAge: 1s
			  clientConfig.maxRetries: 0
			  store:
			    keyPrefix: 'fleet:'
			    secret: <secret>
			    redis.endpoints: <redis>
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          scopes: hush-scope
			  - id: plain
			    uri: <upstream>
			    predicates: [Path=/plain/**]
			""";

	private static final String SECRET = "hush-store-secret-0123456789-abc";

	private static final String ROTATED = """
			another-secret-0123456789-abcdef
			    previousSecrets: [%s]""".formatted(SECRET);

	private static final Duration REDIS_TIMEOUT = Duration.ofMillis(250);

	/** What this machine's own pauses may add to a request, as plain routes show. */
	private static final Duration PAUSES = Duration.ofMillis(500);

	private static final Duration LEASE = Duration.ofSeconds(2);

	private static RedisProcess redis;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static final List<GatewayProcess> gateways = new ArrayList<>();

	@BeforeAll
	static void start() {
		redis = RedisProcess.start();
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		IntStream.range(0, 3).forEach((number) -> gateways.add(gateway(SECRET)));
		gateways.forEach(FleetIntegrationTests::awaitConnected);
		// A Java process that has served nobody yet answers nobody in time on two cores.
		IntStream.range(0, 200).forEach((number) -> Callers.call(url(number), "warm-up-" + number));
	}

	@AfterAll
	static void stop() {
		gateways.forEach(GatewayProcess::close);
		// Should these tests run once more.
		gateways.clear();
		upstream.close();
		idp.close();
		redis.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		idp.answer(Callers.tokensOf(3600));
		upstream.reset();
	}

	@Test
	void callersWhenColdThenOneTokenRequest() {
		idp.delay(Duration.ofMillis(400));
		List<Reply> replies = Flux.range(0, 60)
			.flatMap((number) -> Callers.calling(url(number), "cold"), 60)
			.collectList()
			.blockOptional(Duration.ofSeconds(30))
			.orElseThrow();
		assertThat(replies).hasSize(60).allMatch((reply) -> reply.isFor("cold"));
		assertThat(replies.stream().map(Reply::body).distinct()).hasSize(1);
		assertThat(callsOf("cold")).isEqualTo(1);
	}

	@Test
	void callsWhenOverTwoGatewaysThenOneTokenRequest() {
		for (int number = 0; number < 6; number++) {
			assertThat(Callers.call(url(number % 2), "six").isFor("six")).isTrue();
		}
		assertThat(callsOf("six")).isEqualTo(1);
	}

	@Test
	void gatewayWhenRestartedThenNoTokenRequest() {
		Reply before = Callers.call(url(0), "restarted");
		gateways.set(0, restarted(gateways.get(0), SECRET));
		assertThat(Callers.call(url(0), "restarted").body()).isEqualTo(before.body());
		assertThat(callsOf("restarted")).isEqualTo(1);
	}

	/** 40 s, tokens usable for 3.6 s each and renewed after 2.7 s at the earliest. */
	@Test
	void tokensWhenRolledOverThenFleetRenewsOnceAndNobodyWaits() {
		Duration time = Duration.ofSeconds(40);
		Duration tokenEndpoint = Duration.ofMillis(200);
		idp.answer(Callers.tokensOf(4));
		idp.delay(tokenEndpoint);
		assertThat(Callers.call(url(0), "rolling").isFor("rolling")).isTrue();
		IntStream.range(1, 3).forEach((number) -> Callers.call(url(number), "rolling"));
		List<Reply> plain = new CopyOnWriteArrayList<>();
		List<Reply> replies = Mono
			.zip(Mono.fromCallable(() -> Callers.load(time, FleetIntegrationTests::url, "rolling", time, () -> {
			})).subscribeOn(Schedulers.boundedElastic()), Flux.interval(Duration.ofMillis(20))
				.take(time)
				.onBackpressureDrop()
				.flatMap((tick) -> Callers.calling(gateways.get(tick.intValue() % 3).url() + "/plain/x", "plain"))
				.doOnNext(plain::add)
				.then(Mono.just(true)))
			.blockOptional(time.multipliedBy(3))
			.orElseThrow()
			.getT1();
		tell("rolling tokens: %d requests, slowest %d ms, plain route %d ms, %d token requests"
			.formatted(replies.size(), slowest(replies).toMillis(), slowest(plain).toMillis(), callsOf("rolling")));
		assertThat(replies).hasSizeGreaterThan(1000).allMatch((reply) -> reply.isFor("rolling"));
		assertThat(callsOf("rolling")).isBetween(10L, 15L);
		assertThat(slowest(replies)).isLessThan(tokenEndpoint.plus(slowest(plain)));
	}

	@Test
	void gatewayWhenKilledWithLeaseThenOthersTakeOver() {
		// Whoever asks first never gets an answer.
		idp.delay(Duration.ofSeconds(60));
		Mono<Reply> first = Callers.calling(url(2), "orphaned").onErrorComplete().cache();
		first.subscribe();
		await().atMost(Duration.ofSeconds(5)).until(() -> callsOf("orphaned") == 1);
		idp.delay(Duration.ZERO);
		List<Mono<Reply>> waiting = List.of(Callers.calling(url(0), "orphaned").cache(),
				Callers.calling(url(1), "orphaned").cache());
		waiting.forEach(Mono::subscribe);
		await().pollDelay(Duration.ofMillis(300)).until(() -> true);
		gateways.get(2).kill();
		long killed = System.nanoTime();
		List<Reply> replies = Flux.merge(waiting).collectList().blockOptional(Duration.ofSeconds(20)).orElseThrow();
		Duration took = Duration.ofNanos(System.nanoTime() - killed);
		gateways.set(2, restarted(gateways.get(2), SECRET));
		tell("lease holder killed: others have a token after %d ms".formatted(took.toMillis()));
		assertThat(replies).hasSize(2).allMatch((reply) -> reply.isFor("orphaned"));
		assertThat(first.blockOptional(Duration.ofSeconds(5))).isEmpty();
		assertThat(callsOf("orphaned")).isEqualTo(2);
		assertThat(took).isLessThan(LEASE.plusMillis(100));
	}

	@Test
	void redisWhenKilledThenNoRequestFailsAndSharedAgainAfterwards() {
		idp.answer(Callers.tokensOf(1));
		List<Reply> replies = load("killed", redis::kill);
		check("killed", replies);
		idp.answer(Callers.tokensOf(3600));
		Reply alone = Callers.call(url(0), "meanwhile");
		redis.restart();
		awaitSharedAgain("killed");
		// What was obtained in between is written when Redis is there again.
		assertThat(Callers.call(url(1), "meanwhile").body()).isEqualTo(alone.body());
	}

	@Test
	void redisWhenFrozenThenNoRequestFailsAndSharedAgainAfterwards() {
		idp.answer(Callers.tokensOf(1));
		List<Reply> replies = load("frozen", redis::freeze);
		check("frozen", replies);
		List<Reply> cold = IntStream.range(0, 60)
			.mapToObj((number) -> Callers.call(url(number), "frozen-" + number))
			.toList();
		tell("frozen: slowest of 60 cold callers one after the other %d ms".formatted(slowest(cold).toMillis()));
		assertThat(cold).allMatch((reply) -> reply.status() == 200);
		assertThat(cold.stream().filter((reply) -> reply.took().compareTo(REDIS_TIMEOUT) > 0).count())
			.isLessThanOrEqualTo(3);
		redis.thaw();
		awaitSharedAgain("frozen");
	}

	@Test
	void redisWhenFullThenReadOnAndNoRequestFails() {
		Reply before = Callers.call(url(0), "before-full");
		idp.answer(Callers.tokensOf(1));
		List<Reply> replies = load("full", () -> configure("maxmemory", "1"));
		check("full", replies);
		// What is there can still be read.
		assertThat(Callers.call(url(1), "before-full").body()).isEqualTo(before.body());
		assertThat(warnings("OOM")).allMatch((lines) -> lines == 1);
		configure("maxmemory", "0");
		awaitSharedAgain("full");
	}

	@Test
	void redisWhenReadOnlyThenReadOnAndNoRequestFails() {
		Reply before = Callers.call(url(0), "before-read-only");
		idp.answer(Callers.tokensOf(1));
		check("read-only", load("read-only", () -> redis.ask((jedis) -> jedis.replicaof("127.0.0.1", 1))));
		assertThat(Callers.call(url(1), "before-read-only").body()).isEqualTo(before.body());
		assertThat(warnings("READONLY")).allMatch((lines) -> lines == 1);
		redis.ask(Jedis::replicaofNoOne);
		awaitSharedAgain("read-only");
	}

	@Test
	void redisWhenFlushedThenNoRequestFails() {
		idp.answer(Callers.tokensOf(1));
		check("flushed", load("flushed", () -> redis.ask(Jedis::flushAll)));
	}

	@Test
	void secretWhenExchangedUnderLoadThenNoRequestFailsAndNoTokenComesBack() {
		Set<String> revoked = ConcurrentHashMap.newKeySet();
		List<String> seen = new CopyOnWriteArrayList<>();
		upstream.answer((call) -> {
			seen.addAll(call.authorization());
			return revoked.containsAll(call.authorization())
					? new Upstream.Answer(401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""))
					: Upstream.echo(call);
		});
		List<GatewayProcess> serving = new CopyOnWriteArrayList<>(gateways.subList(0, 2));
		String kept = Callers.call(serving.get(1).url() + "/application/x", "kept").body();
		String dropped = Callers.call(serving.get(0).url() + "/application/x", "exchanged").body();
		List<Reply> replies = Callers.load(Duration.ofSeconds(40),
				(number) -> serving.get(number % 2).url() + "/application/x", "exchanged", Duration.ofSeconds(2),
				() -> {
					exchange(serving, 0);
					revoked.add(dropped);
					await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
					seen.clear();
					exchange(serving, 1);
				});
		serving.forEach(
				(gateway) -> assertThat(Callers.call(gateway.url() + "/application/x", "kept").body()).isEqualTo(kept));
		for (int number = 0; number < 2; number++) {
			gateways.set(number, restarted(serving.get(number), SECRET));
		}
		tell("secret exchanged: %d requests, %d token requests, one of them before and two for the revoked token"
			.formatted(replies.size(), callsOf("exchanged")));
		assertThat(replies).hasSizeGreaterThan(1000).allMatch((reply) -> reply.isFor("exchanged"));
		assertThat(seen).doesNotContain(dropped).isNotEmpty();
		assertThat(callsOf("kept")).isEqualTo(1);
		// One at first, one for the token that was revoked; and while each gateway writes
		// under its own secret, one more.
		assertThat(callsOf("exchanged")).isLessThanOrEqualTo(3);
	}

	/** A rolling update: the new one serves before the old one goes. */
	private static void exchange(List<GatewayProcess> serving, int number) {
		GatewayProcess updated = gateway(ROTATED);
		awaitConnected(updated);
		GatewayProcess outdated = serving.set(number, updated);
		await().pollDelay(Duration.ofMillis(500)).until(() -> true);
		outdated.close();
	}

	private static List<Reply> load(String clientId, Runnable event) {
		return Callers.load(Duration.ofSeconds(8), FleetIntegrationTests::url, clientId, Duration.ofSeconds(3), event);
	}

	private static void check(String clientId, List<Reply> replies) {
		tell("%s: %d requests, slowest %d ms, %d token requests".formatted(clientId, replies.size(),
				slowest(replies).toMillis(), callsOf(clientId)));
		assertThat(replies).hasSizeGreaterThan(300).allMatch((reply) -> reply.isFor(clientId));
		assertThat(slowest(replies)).isLessThan(REDIS_TIMEOUT.multipliedBy(2).plus(PAUSES));
	}

	/** Each gateway obtains a token that the others find: it reads and writes. */
	private static void awaitSharedAgain(String scenario) {
		idp.answer(Callers.tokensOf(3600));
		long start = System.nanoTime();
		IntStream.range(0, 3).forEach((first) -> await().atMost(Duration.ofSeconds(5)).until(() -> {
			String clientId = scenario + "-again-" + System.nanoTime();
			IntStream.range(first, first + 3).forEach((number) -> Callers.call(url(number), clientId));
			return callsOf(clientId) == 1;
		}));
		tell("%s: shared again after %d ms".formatted(scenario,
				Duration.ofNanos(System.nanoTime() - start).toMillis()));
	}

	private static void configure(String parameter, String value) {
		redis.ask((jedis) -> jedis.configSet(parameter, value));
	}

	/** How often each gateway has warned of something. */
	private static List<Long> warnings(String reason) {
		return gateways.stream()
			.map((gateway) -> gateway.log()
				.lines()
				.filter((line) -> line.contains("WARN") && line.contains(reason))
				.count())
			.toList();
	}

	private static Duration slowest(List<Reply> replies) {
		return replies.stream().map(Reply::took).max(Duration::compareTo).orElseThrow();
	}

	private static long callsOf(String clientId) {
		String authorization = TestGateway.basic(clientId, "hush-secret");
		return idp.calls().stream().filter((call) -> call.authorization().equals(authorization)).count();
	}

	private static String url(int number) {
		return gateways.get(number % 3).url() + "/application/x";
	}

	private static GatewayProcess gateway(String secret) {
		return GatewayProcess.start(CONFIGURATION,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "redis", redis.endpoint(), "secret", secret));
	}

	private static GatewayProcess restarted(GatewayProcess gateway, String secret) {
		gateway.close();
		GatewayProcess restarted = gateway(secret);
		awaitConnected(restarted);
		return restarted;
	}

	/** It connects in the background; a token that it writes shows that it has. */
	private static void awaitConnected(GatewayProcess gateway) {
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			long before = redis.ask(Jedis::dbSize);
			Callers.call(gateway.url() + "/application/x", "probe-" + System.nanoTime());
			return redis.ask(Jedis::dbSize) > before;
		});
	}

	private static void tell(String measured) {
		logger.info(measured);
	}

}
