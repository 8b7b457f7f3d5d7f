package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.Callers.Reply;
import io.oauthcc.gateway.fixture.OwnResources;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.redis.RedisTokenStores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.params.SetParams;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

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
			  - id: bound
			    uri: <upstream>
			    predicates: [Path=/bound/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          dpop: true
			          dpopKey: >
			              {"kty":"EC","crv":"P-256","x":"s-N7er8UzYxi63GUMuWP59vUOZZhkkLp05o_SMgGMXc",
			              "y":"_RuIXYZDitbRuEdtT7Mf02exnhwvTeeejAw_D290I6U","d":"T9sKvzthHt-qMJQa2iMEY6q4ptKBs2gbr74nGFU-x8M"}
			  - id: bound-to-another
			    uri: <upstream>
			    predicates: [Path=/bound-to-another/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          dpop: true
			          dpopKey: >
			              {"kty":"EC","crv":"P-256","x":"943ogow7m3TVc_R_8LFohjFm6rd1uIe0xeWW28IUru8",
			              "y":"clHv5rHa4f0YCZ1wAXrDo9aivy69TcaCOdfHpvgFFho","d":"3PX-4JC038Wh7A5DQlfkr3MKvUW51r2QWtPUgZP-seo"}
			""";

	private static RedisProcess redis;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway one;

	private static TestGateway two;

	@BeforeAll
	static void start() {
		redis = RedisProcess.start();
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		one = gateway(redis.port());
		two = gateway(redis.port());
		awaitConnected(one, redis);
		awaitConnected(two, redis);
	}

	@AfterAll
	static void stop() {
		two.close();
		one.close();
		upstream.close();
		idp.close();
		redis.close();
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
		try (TestGateway another = gateway(redis.port())) {
			awaitConnected(another, redis);
			assertThat(answer(another, "restart")).isEqualTo(before);
		}
		assertThat(idp.calls().stream().filter((call) -> call.authorization().equals(basic("restart")))).hasSize(1);
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
	void tokenWhenBoundToKeyThenSharedByThoseWithThatKeyAlone() {
		idp.answer((call) -> TokenEndpoint.Answer.of(200,
				"{\"access_token\":\"bound-%d\",\"token_type\":\"DPoP\",\"expires_in\":3600}"
					.formatted(idp.calls().size())));
		assertThat(answer(one, "/bound/x", "bound")).isEqualTo("200 DPoP bound-1");
		assertThat(answer(two, "/bound/x", "bound")).isEqualTo("200 DPoP bound-1");
		assertThat(answer(two, "/bound-to-another/x", "bound")).isEqualTo("200 DPoP bound-2");
		assertThat(answer(one, "/bound-to-another/x", "bound")).isEqualTo("200 DPoP bound-2");
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void redisWhenDumpedThenHoldsNothingReadableAndEverythingEnds() {
		try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
			jedis.flushAll();
			answer(one, "hush-dumped");
			awaitWritten(redis);
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
	void callWhenTokenIsSharedThenOneRoundTripAndOnlyTheFirstTime() {
		idp.answer((call) -> TokenEndpoint.token("t".repeat(1000)));
		resetCommands();
		answer(one, "counted");
		await().untilAsserted(() -> assertThat(commands()).containsExactlyInAnyOrderEntriesOf(
				// Twice looked for and once compared; lease and entry; the lease's end.
				Map.of("get", 3, "set", 2, "publish", 1, "eval", 1, "del", 1)));
		resetCommands();
		answer(two, "counted");
		answer(two, "counted");
		answer(one, "counted");
		assertThat(commands()).isEqualTo(Map.of("get", 1));
	}

	@Test
	void entryWhenTokenHasThousandCharactersThenSmallerThanThreeHalves() {
		idp.answer((call) -> TokenEndpoint.token("t".repeat(1000)));
		redis.ask(Jedis::flushAll);
		answer(one, "sized");
		awaitWritten(redis);
		String key = redis.ask((jedis) -> jedis.keys("*:token")).iterator().next();
		Long bytes = redis.ask((jedis) -> jedis.memoryUsage(key));
		assertThat(bytes).isBetween(1000L, 1500L);
	}

	private static void resetCommands() {
		redis.ask(Jedis::configResetStat);
	}

	/** How often each was sent, or called by a script. */
	private static Map<String, Integer> commands() {
		Map<String, Integer> commands = new TreeMap<>();
		Matcher line = Pattern.compile("cmdstat_(\\w+):calls=(\\d+)")
			.matcher(redis.ask((jedis) -> jedis.info("commandstats")));
		while (line.find()) {
			commands.put(line.group(1), Integer.parseInt(line.group(2)));
		}
		commands.keySet().removeAll(Set.of("info", "config"));
		return commands;
	}

	@Test
	void entriesWhenGarbageOrSwappedThenNoCallerHearsOfIt() {
		String a = answer(one, "swapped-a");
		String b = answer(one, "swapped-b");
		awaitWritten(redis);
		try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
			List<String> keys = new ArrayList<>(jedis.keys("*:token"));
			byte[] first = jedis.get(keys.get(0).getBytes(StandardCharsets.UTF_8));
			for (int index = 0; index < keys.size(); index++) {
				byte[] value = (index + 1 < keys.size())
						? jedis.get(keys.get(index + 1).getBytes(StandardCharsets.UTF_8)) : first;
				jedis.set(keys.get(index).getBytes(StandardCharsets.UTF_8), value);
			}
		}
		assertThat(answer(two, "swapped-a")).startsWith("200 ").isNotIn(a, b);
		try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
			jedis.keys("*:token").forEach((key) -> jedis.set(key, "garbage"));
		}
		assertThat(answer(two, "swapped-b")).startsWith("200 ").isNotIn(a, b);
	}

	@Test
	void secretWhenExchangedThenTokensAreStillFoundAndDroppedOnesAreNot() {
		Set<String> revoked = ConcurrentHashMap.newKeySet();
		upstream.answer((call) -> revoked.containsAll(call.authorization())
				? new Upstream.Answer(401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""))
				: Upstream.echo(call));
		String first = answer(one, "exchanged");
		String dropped = answer(one, "exchanged-dropped");
		String changed = CONFIGURATION.replace("secret: hush-store-secret-0123456789-abc",
				"secret: another-secret-0123456789-abcdef\n    previousSecrets: [hush-store-secret-0123456789-abc]");
		try (TestGateway another = gateway(changed, redis.port())) {
			awaitConnected(another, redis);
			int before = idp.calls().size();
			assertThat(answer(another, "exchanged")).isEqualTo(first);
			assertThat(answer(another, "exchanged-dropped")).isEqualTo(dropped);
			assertThat(idp.calls()).hasSize(before);
			revoked.add(dropped.substring("200 ".length()));
			await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
			assertThat(answer(another, "exchanged-dropped")).startsWith("200 ").isNotEqualTo(dropped);
			// A gateway that has the former secret alone speaks of the token by another
			// key.
			revoked.add(first.substring("200 ".length()));
			assertThat(answer(one, "exchanged")).startsWith("200 ").isNotEqualTo(first);
			upstream.reset();
			await().atMost(Duration.ofSeconds(2))
				.untilAsserted(() -> assertThat(answer(another, "exchanged")).isNotEqualTo(first));
			// The one with the former secret has heard of it as well.
			await().atMost(Duration.ofSeconds(2))
				.untilAsserted(() -> assertThat(answer(one, "exchanged-dropped")).isNotEqualTo(dropped));
		}
	}

	@Test
	void connectionWhenApplicationsThenItsTokensAreShared() {
		String before = answer(one, "spring");
		try (TestGateway another = TestGateway.start(
				CONFIGURATION.replace("redis.endpoints: 127.0.0.1:<redis>", "redis.connection: spring"),
				Map.of("idp", idp.url(), "upstream", upstream.url()), OwnResources.class, OwnConnection.class)) {
			awaitConnected(another, redis);
			assertThat(answer(another, "spring")).isEqualTo(before);
		}
	}

	@Test
	void tokensWhenAllDroppedOnOneGatewayThenNoGatewayUsesThemAgain() {
		idp.answer((call) -> TokenEndpoint.token("t" + idp.calls().size()));
		String first = answer(one, "all-dropped");
		assertThat(answer(two, "all-dropped")).isEqualTo(first);
		String untouched = answer(two, "only-known-to-two");
		assertThat(one.context().getBean(MiddlewareInspector.class).dropTokens("route:application")).isTrue();
		String second = answer(one, "all-dropped");
		assertThat(second).startsWith("200 ").isNotEqualTo(first);
		await().atMost(Duration.ofSeconds(2))
			.untilAsserted(() -> assertThat(answer(two, "all-dropped")).isEqualTo(second));
		assertThat(answer(two, "only-known-to-two")).isNotEqualTo(untouched);
		assertThat(idp.calls()).hasSize(4);
	}

	@Test
	void tokensWhenAllDroppedThenNotUsedByGatewaysThatStartLater() {
		idp.answer((call) -> TokenEndpoint.token("u" + idp.calls().size()));
		String first = answer(one, "dropped-before-start");
		assertThat(one.context().getBean(MiddlewareInspector.class).dropTokens("route:application")).isTrue();
		await().atMost(Duration.ofSeconds(2))
			.until(() -> redis.ask((jedis) -> !jedis.keys("fleet:oauth-cc:*:generation").isEmpty()));
		try (TestGateway later = gateway(redis.port())) {
			awaitConnected(later, redis);
			await().atMost(Duration.ofSeconds(5))
				.untilAsserted(
						() -> assertThat(answer(later, "dropped-before-start")).startsWith("200 ").isNotEqualTo(first));
		}
	}

	@Test
	void tokensWhenAllDroppedBeforeStartThenNewOnesAreKeptInMemory() {
		idp.answer((call) -> TokenEndpoint.token("v" + idp.calls().size()));
		assertThat(one.context().getBean(MiddlewareInspector.class).dropTokens("route:application")).isTrue();
		String shared = answer(one, "obtained-after-drop");
		awaitWritten(redis);
		try (TestGateway later = gateway(redis.port())) {
			awaitConnected(later, redis);
			assertThat(answer(later, "obtained-after-drop")).isEqualTo(shared);
			// The first may learn of the drop by the token itself.
			assertThat(answer(later, "obtained-after-drop")).isEqualTo(shared);
			resetCommands();
			assertThat(answer(later, "obtained-after-drop")).isEqualTo(shared);
			assertThat(commands()).isEmpty();
		}
	}

	@Test
	void tokensWhenAllDroppedUnheardThenNotUsedAfterNextSubscription() {
		idp.answer((call) -> TokenEndpoint.token("w" + idp.calls().size()));
		String first = answer(two, "unheard");
		redis.ask((jedis) -> jedis.aclSetUser("default", "-publish"));
		try {
			assertThat(one.context().getBean(MiddlewareInspector.class).dropTokens("route:application")).isTrue();
			String second = answer(one, "unheard");
			assertThat(second).startsWith("200 ").isNotEqualTo(first);
			assertThat(answer(two, "unheard")).isEqualTo(first);
			redis.ask((jedis) -> jedis.clientKill(new ClientKillParams().type(ClientType.PUBSUB)));
			await().atMost(Duration.ofSeconds(10)).until(() -> !answer(two, "unheard").equals(first));
		}
		finally {
			redis.ask((jedis) -> jedis.aclSetUser("default", "+publish"));
		}
	}

	@Test
	void gatewayWhenNoRedisThenWorksForItself() {
		try (TestGateway alone = gateway(1)) {
			assertThat(answer(alone, "alone")).startsWith("200 ");
			assertThat(answer(alone, "alone")).startsWith("200 ");
			assertThat(idp.calls()).hasSize(1);
		}
	}

	@Test
	void redisWhenFrozenThenFirstWaitIsTheLast() {
		try (RedisProcess own = RedisProcess.start();
				TestGateway left = gateway(
						CONFIGURATION.replace("redis.endpoints", "redis.timeout: 2s\n    redis.endpoints"),
						own.port())) {
			awaitConnected(left, own);
			own.freeze();
			assertThat(answer(left, "frozen")).startsWith("200 ");
			for (int number = 0; number < 20; number++) {
				Reply reply = Callers.call(left.url() + "/application/x", "frozen-" + number);
				assertThat(reply.status()).isEqualTo(200);
				assertThat(reply.took()).isLessThan(Duration.ofSeconds(2));
			}
		}
	}

	@Test
	void tokenWhenRefusedWhileRedisIsFrozenThenReplacedThereAfterwards() {
		Set<String> revoked = ConcurrentHashMap.newKeySet();
		upstream.answer((call) -> revoked.containsAll(call.authorization())
				? new Upstream.Answer(401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""))
				: Upstream.echo(call));
		try (RedisProcess own = RedisProcess.start();
				TestGateway left = gateway(own.port());
				TestGateway right = gateway(own.port())) {
			awaitConnected(left, own);
			awaitConnected(right, own);
			own.ask(Jedis::flushAll);
			String first = answer(left, "away");
			awaitWritten(own);
			byte[] key = own.ask((jedis) -> jedis.keys("*:token")).iterator().next().getBytes(StandardCharsets.UTF_8);
			byte[] entry = own.ask((jedis) -> jedis.get(key));
			await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
			idp.calls().clear();
			own.freeze();
			revoked.add(first.substring("200 ".length()));
			String second = answer(left, "away");
			assertThat(second).startsWith("200 ").isNotEqualTo(first);
			own.thaw();
			await().atMost(Duration.ofSeconds(5)).until(() -> {
				byte[] now = own.ask((jedis) -> jedis.get(key));
				return now != null && !Arrays.equals(now, entry);
			});
			assertThat(answer(right, "away")).isEqualTo(second);
			assertThat(idp.calls()).hasSize(1);
		}
	}

	@Test
	void entryWhenOfAnotherTypeThenReplacedAndNothingElseSuffers() {
		String before = answer(one, "other-client");
		awaitWritten(redis);
		redis.ask((jedis) -> {
			jedis.keys("*").forEach((key) -> {
				if (key.endsWith(":token")) {
					jedis.del(key);
					jedis.rpush(key, "hush");
				}
			});
			return true;
		});
		String after = answer(two, "other-client");
		assertThat(after).startsWith("200 ").isNotEqualTo(before);
		await().atMost(Duration.ofSeconds(2))
			.until(() -> redis
				.ask((jedis) -> jedis.keys("*:token").stream().anyMatch((key) -> jedis.type(key).equals("string"))));
		try (TestGateway another = gateway(redis.port())) {
			awaitConnected(another, redis);
			assertThat(answer(another, "other-client")).isEqualTo(after);
		}
		redis.ask(Jedis::flushAll);
	}

	@Test
	void redisWhenAddressSwallowsPacketsThenNobodyWaits() throws IOException {
		// With its queue full, it answers no further attempt to connect.
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				Socket first = new Socket(silent.getInetAddress(), silent.getLocalPort());
				Socket second = new Socket(silent.getInetAddress(), silent.getLocalPort());
				TestGateway alone = gateway(
						CONFIGURATION.replace("redis.endpoints", "redis.timeout: 3s\n    redis.endpoints"),
						silent.getLocalPort())) {
			assertThat(first.isConnected() && second.isConnected()).isTrue();
			for (int number = 0; number < 20; number++) {
				Reply reply = Callers.call(alone.url() + "/application/x", "silent-" + number);
				assertThat(reply.status()).isEqualTo(200);
				assertThat(reply.took()).isLessThan(Duration.ofSeconds(3));
			}
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void passwordWhenWrongThenWorksForItselfAndSaysSoOnce(CapturedOutput output) {
		try (RedisProcess own = RedisProcess.start("requirepass hush-right");
				TestGateway alone = gateway(
						CONFIGURATION.replace("redis.endpoints", "redis.password: hush-wrong\n    redis.endpoints"),
						own.port())) {
			await().atMost(Duration.ofSeconds(10)).until(() -> output.getAll().contains("WRONGPASS"));
			for (int number = 0; number < 20; number++) {
				assertThat(answer(alone, "wrong-" + number)).startsWith("200 ");
			}
			// Lettuce may tell of the closed connection before it tells of the answer.
			assertThat(output.getAll().lines()).filteredOn((line) -> line.contains(own.endpoint()))
				.allMatch((line) -> line.contains("WARN"))
				.hasSizeLessThanOrEqualTo(2)
				.filteredOn((line) -> line.contains("WRONGPASS"))
				.hasSize(1);
			assertThat(output.getAll()).doesNotContain("hush");
		}
	}

	@Test
	void entryWhenOfAnotherVersionThenReplacedAndCounted() {
		String first = answer(one, "version");
		awaitWritten(redis);
		List<byte[]> entries = entries();
		entries.forEach((key) -> redis.ask((jedis) -> {
			byte[] entry = jedis.get(key);
			entry[0]++;
			return jedis.set(key, entry, SetParams.setParams().keepTtl());
		}));
		try (TestGateway another = gateway(redis.port())) {
			awaitConnected(another, redis);
			String second = answer(another, "version");
			assertThat(second).startsWith("200 ").isNotEqualTo(first);
			assertThat(another.context().getBean(RedisTokenStores.class).unreadableEntries()).isPositive();
			try (TestGateway third = gateway(redis.port())) {
				awaitConnected(third, redis);
				assertThat(answer(third, "version")).isEqualTo(second);
			}
		}
	}

	/** Callers have their token before Redis does; the lease is held until then. */
	private static void awaitWritten(RedisProcess redis) {
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			Set<String> leases = redis.ask((jedis) -> jedis.keys("*:lease"));
			return leases.isEmpty();
		});
	}

	private static List<byte[]> entries() {
		return redis.ask((jedis) -> jedis.keys("*:token"))
			.stream()
			.map((key) -> key.getBytes(StandardCharsets.UTF_8))
			.toList();
	}

	private static TestGateway gateway(int port) {
		return gateway(CONFIGURATION, port);
	}

	private static TestGateway gateway(String configuration, int port) {
		return TestGateway.start(configuration,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "redis", Integer.toString(port)),
				OwnResources.class);
	}

	/** It connects in the background; a token that it writes shows that it has. */
	private static void awaitConnected(TestGateway gateway, RedisProcess redis) {
		try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
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

	private static String answer(TestGateway gateway, String path, String clientId) {
		return call(gateway, path, clientId).blockOptional(Duration.ofSeconds(20)).orElseThrow();
	}

	private static Mono<String> call(TestGateway gateway, String clientId) {
		return call(gateway, "/application/x", clientId);
	}

	private static Mono<String> call(TestGateway gateway, String path, String clientId) {
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", basic(clientId)))
			.get()
			.uri(gateway.url() + path)
			.responseSingle((response,
					body) -> body.asString().defaultIfEmpty("").map((text) -> response.status().code() + " " + text));
	}

	private static String basic(String clientId) {
		return TestGateway.basic(clientId, "hush-secret");
	}

	/**
	 * As an application has it that uses Redis for other things as well.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnConnection {

		@Bean
		LettuceConnectionFactory lettuceConnectionFactory() {
			return new LettuceConnectionFactory("127.0.0.1", redis.port());
		}

	}

}
