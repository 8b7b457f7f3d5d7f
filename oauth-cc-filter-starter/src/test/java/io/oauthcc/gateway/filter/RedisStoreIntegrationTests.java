package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two gateways that share tokens through one real Redis.
 */
class RedisStoreIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  cache.minTokenAge: 1s
			  clientConfig.maxRetries: 0
			  store:
			    keyPrefix: 'fleet:'
			    secret: hush-store-secret-0123456789-abc
			    redis.endpoints: 127.0.0.1:<redis>
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          scopes: hush-scope
			""";

	private static RedisServer redis;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway one;

	private static TestGateway two;

	@BeforeAll
	static void start() throws IOException {
		redis = new RedisServer(freePort());
		redis.start();
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		one = gateway(redis.ports().get(0));
		two = gateway(redis.ports().get(0));
		awaitConnected(one, redis);
		awaitConnected(two, redis);
	}

	@AfterAll
	static void stop() throws IOException {
		two.close();
		one.close();
		upstream.close();
		idp.close();
		redis.stop();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@Test
	void callersWhenColdOnTwoGatewaysThenOneTokenRequest() {
		idp.delay(Duration.ofMillis(400));
		List<String> answers = Flux.range(0, 60)
			.flatMap((number) -> call((number % 2 == 0) ? one : two, "cold"), 60)
			.collectList()
			.blockOptional(Duration.ofSeconds(20))
			.orElseThrow();
		assertThat(answers).hasSize(60).allMatch((answer) -> answer.startsWith("200 Bearer "));
		assertThat(Set.copyOf(answers)).hasSize(1);
		assertThat(idp.calls()).hasSize(1);
	}

	@Test
	void gatewayWhenRestartedThenNoTokenRequest() {
		String before = answer(one, "restart");
		try (TestGateway another = gateway(redis.ports().get(0))) {
			awaitConnected(another, redis);
			assertThat(answer(another, "restart")).isEqualTo(before);
		}
		assertThat(idp.calls().stream().filter((call) -> call.authorization().equals(basic("restart")))).hasSize(1);
	}

	@Test
	void tokensWhenRolledOverOnTwoGatewaysThenFleetRenewsOnce() {
		idp.answer((call) -> TokenEndpoint.token("rolling-" + idp.calls().size(), 4));
		idp.delay(Duration.ofMillis(50));
		Duration time = Duration.ofSeconds(20);
		List<String> answers = Flux.interval(Duration.ofMillis(10))
			.take(time)
			.onBackpressureDrop()
			.flatMap((tick) -> call((tick % 2 == 0) ? one : two, "rolling"), 16)
			.collectList()
			.blockOptional(time.plusSeconds(20))
			.orElseThrow();
		assertThat(answers).hasSizeGreaterThan(500).allMatch((answer) -> answer.startsWith("200 "));
		// Each lives 3.6 s and is renewed after 2.7 s at the earliest.
		assertThat(idp.calls().size()).isBetween(5, 1 + (int) (time.toMillis() / 2700));
	}

	@Test
	void tokenWhenServiceRefusesItThenNoGatewayUsesItAgain() {
		Set<String> revoked = ConcurrentHashMap.newKeySet();
		upstream.answer((call) -> revoked.containsAll(call.authorization())
				? new Upstream.Answer(401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""))
				: Upstream.echo(call));
		String first = answer(one, "revoked");
		assertThat(answer(two, "revoked")).isEqualTo(first);
		await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
		revoked.add(first.substring("200 ".length()));
		String second = answer(one, "revoked");
		assertThat(second).startsWith("200 ").isNotEqualTo(first);
		assertThat(idp.calls()).hasSize(2);
		upstream.reset();
		await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(answer(two, "revoked")).isEqualTo(second));
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void redisWhenDumpedThenHoldsNothingReadableAndEverythingEnds() {
		try (Jedis jedis = new Jedis("127.0.0.1", redis.ports().get(0))) {
			jedis.flushAll();
			answer(one, "hush-dumped");
			Set<String> keys = jedis.keys("*");
			assertThat(keys).isNotEmpty().allMatch((key) -> key.startsWith("fleet:oauth-cc:{"));
			for (String key : keys) {
				String value = new String(jedis.get(key.getBytes(StandardCharsets.UTF_8)), StandardCharsets.ISO_8859_1);
				assertThat(key + value).doesNotContain("hush", "token-", "127.0.0.1", "secret", "Bearer");
				assertThat(jedis.pttl(key)).isBetween(1L, TimeUnit.HOURS.toMillis(1));
			}
		}
	}

	@Test
	void entriesWhenGarbageOrSwappedThenNoCallerHearsOfIt() {
		String a = answer(one, "swapped-a");
		String b = answer(one, "swapped-b");
		try (Jedis jedis = new Jedis("127.0.0.1", redis.ports().get(0))) {
			List<String> keys = new ArrayList<>(jedis.keys("*:token"));
			byte[] first = jedis.get(keys.get(0).getBytes(StandardCharsets.UTF_8));
			for (int index = 0; index < keys.size(); index++) {
				byte[] value = (index + 1 < keys.size())
						? jedis.get(keys.get(index + 1).getBytes(StandardCharsets.UTF_8)) : first;
				jedis.set(keys.get(index).getBytes(StandardCharsets.UTF_8), value);
			}
		}
		assertThat(answer(two, "swapped-a")).startsWith("200 ").isNotIn(a, b);
		try (Jedis jedis = new Jedis("127.0.0.1", redis.ports().get(0))) {
			jedis.keys("*:token").forEach((key) -> jedis.set(key, "garbage"));
		}
		assertThat(answer(two, "swapped-b")).startsWith("200 ").isNotIn(a, b);
	}

	@Test
	void secretWhenExchangedThenTokensAreStillFoundAndDroppedOnesAreNot() throws IOException {
		Set<String> revoked = ConcurrentHashMap.newKeySet();
		upstream.answer((call) -> revoked.containsAll(call.authorization())
				? new Upstream.Answer(401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""))
				: Upstream.echo(call));
		String first = answer(one, "exchanged");
		String dropped = answer(one, "exchanged-dropped");
		String changed = CONFIGURATION.replace("secret: hush-store-secret-0123456789-abc",
				"secret: another-secret-0123456789-abcdef\n    previousSecrets: [hush-store-secret-0123456789-abc]");
		try (TestGateway another = gateway(changed, redis.ports().get(0))) {
			awaitConnected(another, redis);
			int before = idp.calls().size();
			assertThat(answer(another, "exchanged")).isEqualTo(first);
			assertThat(answer(another, "exchanged-dropped")).isEqualTo(dropped);
			assertThat(idp.calls()).hasSize(before);
			revoked.add(dropped.substring("200 ".length()));
			await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
			assertThat(answer(another, "exchanged-dropped")).startsWith("200 ").isNotEqualTo(dropped);
			upstream.reset();
			// The one with the former secret has heard of it as well.
			await().atMost(Duration.ofSeconds(2))
				.untilAsserted(() -> assertThat(answer(one, "exchanged-dropped")).isNotEqualTo(dropped));
		}
	}

	@Test
	void gatewayWhenNoRedisThenWorksForItself() throws IOException {
		try (TestGateway alone = gateway(1)) {
			assertThat(answer(alone, "alone")).startsWith("200 ");
			assertThat(answer(alone, "alone")).startsWith("200 ");
			assertThat(idp.calls()).hasSize(1);
		}
	}

	@Test
	void redisWhenStoppedUnderLoadThenNoRequestFailsAndSharedAgainAfterwards() throws IOException {
		int port = freePort();
		RedisServer own = new RedisServer(port);
		own.start();
		try (TestGateway left = gateway(port); TestGateway right = gateway(port)) {
			awaitConnected(left, own);
			awaitConnected(right, own);
			idp.answer((call) -> TokenEndpoint.token("short-" + idp.calls().size(), 1));
			assertThat(load(left, right, "stopped", own::stop)).hasSizeGreaterThan(200)
				.allMatch((answer) -> answer.startsWith("200 "));
			idp.reset();
			String alone = answer(left, "during");
			own = new RedisServer(port);
			own.start();
			// What was obtained in between is written when Redis is there again.
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				answer(left, "any-" + System.nanoTime());
				try (Jedis jedis = new Jedis("127.0.0.1", port)) {
					assertThat(jedis.dbSize()).isGreaterThan(1);
				}
			});
			awaitConnected(right, own);
			assertThat(answer(right, "during")).isEqualTo(alone);
		}
		finally {
			own.stop();
		}
	}

	@Test
	void redisWhenFrozenUnderLoadThenOneShortWaitAndNoRequestFails() throws Exception {
		int port = freePort();
		RedisServer own = new RedisServer(port);
		own.start();
		String pid = pidOf(port);
		try (TestGateway left = gateway(port); TestGateway right = gateway(port)) {
			awaitConnected(left, own);
			awaitConnected(right, own);
			idp.answer((call) -> TokenEndpoint.token("short-" + idp.calls().size(), 1));
			assertThat(load(left, right, "frozen", () -> signal(pid, "-STOP"))).hasSizeGreaterThan(200)
				.allMatch((answer) -> answer.startsWith("200 "));
			long start = System.nanoTime();
			for (int number = 0; number < 20; number++) {
				assertThat(answer(left, "frozen-" + number)).startsWith("200 ");
			}
			// One in a second tries it, and waits for 250 ms.
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
		}
		finally {
			signal(pid, "-CONT");
			own.stop();
		}
	}

	private static void signal(String pid, String signal) throws IOException {
		assertThat(new ProcessBuilder("kill", signal, pid).start().onExit().join().exitValue()).isZero();
	}

	/** It tells itself, for the embedded server does not. */
	private static String pidOf(int port) {
		try (Jedis jedis = new Jedis("127.0.0.1", port)) {
			return jedis.info("server").replaceAll("(?s).*process_id:([0-9]+).*", "$1");
		}
	}

	/** Five seconds of load on two gateways, and something that happens in the middle. */
	private static List<String> load(TestGateway left, TestGateway right, String clientId, Event event) {
		Mono<List<String>> load = Flux.interval(Duration.ofMillis(10))
			.take(Duration.ofSeconds(5))
			.onBackpressureDrop()
			.flatMap((tick) -> call((tick % 2 == 0) ? left : right, clientId), 16)
			.collectList();
		Mono<Boolean> happening = Mono.delay(Duration.ofSeconds(2), Schedulers.boundedElastic())
			.then(Mono.fromCallable(() -> {
				event.happen();
				return true;
			}));
		return Mono.zip(load, happening).blockOptional(Duration.ofSeconds(30)).orElseThrow().getT1();
	}

	@FunctionalInterface
	private interface Event {

		void happen() throws IOException;

	}

	private static TestGateway gateway(int port) {
		return gateway(CONFIGURATION, port);
	}

	private static TestGateway gateway(String configuration, int port) {
		return TestGateway.start(configuration,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "redis", Integer.toString(port)),
				OwnResources.class);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	/** It connects in the background; a token that it writes shows that it has. */
	private static void awaitConnected(TestGateway gateway, RedisServer redis) {
		try (Jedis jedis = new Jedis("127.0.0.1", redis.ports().get(0))) {
			await().atMost(Duration.ofSeconds(30)).until(() -> {
				long before = jedis.dbSize();
				answer(gateway, "probe-" + System.nanoTime());
				return jedis.dbSize() > before;
			});
		}
	}

	private static String answer(TestGateway gateway, String clientId) {
		return call(gateway, clientId).blockOptional(Duration.ofSeconds(20)).orElseThrow();
	}

	private static Mono<String> call(TestGateway gateway, String clientId) {
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", basic(clientId)))
			.get()
			.uri(gateway.url() + "/application/x")
			.responseSingle((response,
					body) -> body.asString().defaultIfEmpty("").map((text) -> response.status().code() + " " + text));
	}

	private static String basic(String clientId) {
		return TestGateway.basic(clientId, "hush-secret");
	}

	/**
	 * A gateway that stops would else take the threads of the others with it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnResources {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			return factory;
		}

	}

}
