package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.Callers.Reply;
import io.oauthcc.gateway.fixture.OwnResources;
import io.oauthcc.gateway.fixture.RedisClusterNodes;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.fixture.RedisSentinels;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TlsFiles;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.resps.AccessControlLogEntry;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two gateways that share tokens through a Redis with TLS, behind sentinels, in a
 * cluster, and as a user with few rights.
 */
@Tag("fleet")
@ExtendWith(OutputCaptureExtension.class)
class RedisTopologiesIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  cache.minTokenAge: 1s
			  clientConfig.maxRetries: 0
			  store:
			    keyPrefix: 'gateways:'
			    secret: hush-store-secret-0123456789-abc
			    redis: <redis>
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			""";

	private static final Path EXAMPLES = Path.of("../config/redis");

	private static final Duration CONNECTED = Duration.ofSeconds(20);

	private static final Duration LOAD = Duration.ofSeconds(8);

	private static final Duration BEFORE = Duration.ofSeconds(1);

	private static final Duration SHARED_AGAIN = Duration.ofSeconds(5);

	private static TokenEndpoint idp;

	private static Upstream upstream;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
	}

	@AfterAll
	static void stop() {
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		idp.answer(Callers.tokensOf(3600));
		upstream.reset();
	}

	@Test
	void tokenWhenRedisDemandsCertificatesThenShared() {
		try (TlsFiles files = TlsFiles.create();
				RedisProcess redis = RedisProcess.startTls(files, "yes");
				Gateways gateways = Gateways.start(tls(redis, files.authority(), files, ""))) {
			gateways.awaitShared(CONNECTED);
		}
	}

	@Test
	void redisWhenOfForeignAuthorityThenEachWorksForItselfAndOneWarning(CapturedOutput output) {
		try (TlsFiles files = TlsFiles.create();
				TlsFiles foreign = TlsFiles.create();
				RedisProcess redis = RedisProcess.startTls(files, "yes");
				Gateways gateways = Gateways.start(tls(redis, foreign.authority(), files, ""))) {
			assertThatEachWorksForItself(gateways, output);
		}
	}

	@Test
	void redisWhenCertificateIsOfAnotherHostThenEachWorksForItselfAndOneWarning(CapturedOutput output) {
		try (TlsFiles files = TlsFiles.create("another.example");
				RedisProcess redis = RedisProcess.startTls(files, "yes");
				Gateways gateways = Gateways.start(tls(redis, files.authority(), files, ""))) {
			assertThatEachWorksForItself(gateways, output);
		}
	}

	@Test
	void redisWhenNoCertificateIsShownThenEachWorksForItselfAndOneWarning(CapturedOutput output) {
		try (TlsFiles files = TlsFiles.create();
				RedisProcess redis = RedisProcess.startTls(files, "yes");
				Gateways gateways = Gateways.start("{endpoints: 'rediss://%s', tls: {ca: %s}}"
					.formatted(redis.endpoint(), quoted(files.authority())))) {
			assertThatEachWorksForItself(gateways, output);
		}
	}

	@Test
	void tokenWhenVerificationIsSkippedThenSharedWhoeverAnswers() {
		try (TlsFiles files = TlsFiles.create("another.example");
				TlsFiles foreign = TlsFiles.create();
				RedisProcess redis = RedisProcess.startTls(files, "yes");
				Gateways gateways = Gateways
					.start(tls(redis, foreign.authority(), files, ", insecureSkipVerify: true"))) {
			gateways.awaitShared(CONNECTED);
		}
	}

	private static String tls(RedisProcess redis, Path authority, TlsFiles client, String more) {
		return "{endpoints: 'rediss://%s', tls: {ca: %s, cert: %s, key: %s%s}}".formatted(redis.endpoint(),
				quoted(authority), quoted(client.clientCertificate()), quoted(client.clientKey()), more);
	}

	private static String quoted(Path pem) {
		return "\"" + read(pem).replace("\n", "\\n") + "\"";
	}

	private static void assertThatEachWorksForItself(Gateways gateways, CapturedOutput output) {
		await().atMost(Duration.ofSeconds(10)).until(() -> !warnings(output).isEmpty());
		Duration time = Duration.ofSeconds(3);
		assertThat(gateways.load(time, Duration.ZERO, () -> {
		})).hasSizeGreaterThan(100).allMatch((reply) -> reply.isFor("loaded"));
		assertThat(idp.calls()).hasSize(2);
		// One for each gateway and reason; the first handshake of a process may be slow.
		assertThat(warnings(output).values()).allMatch((count) -> count <= 2);
		assertThat(warnings(output).keySet()).hasSizeLessThanOrEqualTo(3);
		assertThat(output).doesNotContain("BlockingOperationError");
	}

	/** What is told, and how often. */
	private static Map<String, Long> warnings(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains(" WARN ") && line.contains("StoreLog"))
			.collect(Collectors.groupingBy((line) -> line.substring(line.indexOf("The token store")),
					Collectors.counting()));
	}

	@Test
	void masterOfSentinelsWhenKilledUnderLoadThenNoRequestFailsAndSharedAgain() {
		try (RedisSentinels sentinels = RedisSentinels.start();
				Gateways gateways = Gateways.start(sentinel(sentinels))) {
			gateways.awaitShared(CONNECTED);
			assertThatNoRequestFails(gateways, sentinels::killMaster, sentinels::awaitReady);
		}
	}

	@Test
	void masterOfSentinelsWhenFrozenUnderLoadThenNoRequestFailsAndSharedAgain() {
		try (RedisSentinels sentinels = RedisSentinels.start();
				Gateways gateways = Gateways.start(sentinel(sentinels))) {
			gateways.awaitShared(CONNECTED);
			assertThatNoRequestFails(gateways, sentinels.master()::freeze, sentinels::awaitReady);
		}
	}

	private static String sentinel(RedisSentinels sentinels) {
		return "{endpoints: %s, sentinel: {masterSet: %s}}".formatted(list(sentinels.endpoints()),
				sentinels.masterSet());
	}

	@Test
	void tokensWhenClusterThenSpreadAndShared() {
		try (RedisClusterNodes cluster = RedisClusterNodes.start(); Gateways gateways = Gateways.start(of(cluster))) {
			gateways.awaitShared(CONNECTED);
			idp.calls().clear();
			for (int number = 0; number < 30; number++) {
				assertThat(gateways.isShared("spread-" + number)).isTrue();
			}
			assertThat(idp.calls()).hasSize(30);
			assertThat(cluster.masters()).allSatisfy((master) -> assertThat(master.ask(Jedis::dbSize)).isPositive());
		}
	}

	@Test
	void masterOfClusterWhenKilledUnderLoadThenNoRequestFailsAndSharedAgain() {
		try (RedisClusterNodes cluster = RedisClusterNodes.start(); Gateways gateways = Gateways.start(of(cluster))) {
			gateways.awaitShared(CONNECTED);
			idp.answer(Callers.tokensOf(2));
			RedisProcess master = masterOfLoad(cluster, gateways);
			assertThatNoRequestFails(gateways, master::kill, cluster::awaitReady);
		}
	}

	@Test
	void masterOfClusterWhenFrozenUnderLoadThenNoRequestFailsAndSharedAgain() {
		try (RedisClusterNodes cluster = RedisClusterNodes.start(); Gateways gateways = Gateways.start(of(cluster))) {
			gateways.awaitShared(CONNECTED);
			idp.answer(Callers.tokensOf(2));
			RedisProcess master = masterOfLoad(cluster, gateways);
			assertThatNoRequestFails(gateways, master::freeze, cluster::awaitReady);
		}
	}

	private static String of(RedisClusterNodes cluster) {
		return "{endpoints: %s, cluster: true}".formatted(list(cluster.endpoints()));
	}

	/** That of the key which the load reads. */
	private static RedisProcess masterOfLoad(RedisClusterNodes cluster, Gateways gateways) {
		Set<String> before = keys(cluster);
		assertThat(gateways.isShared("loaded")).isTrue();
		Set<String> written = keys(cluster);
		written.removeAll(before);
		return cluster.masterOf(written.stream().filter((key) -> key.endsWith(":token")).findFirst().orElseThrow());
	}

	private static Set<String> keys(RedisClusterNodes cluster) {
		return cluster.masters()
			.stream()
			.flatMap((master) -> master.ask((jedis) -> jedis.keys("*")).stream())
			.collect(Collectors.toCollection(HashSet::new));
	}

	private static void assertThatNoRequestFails(Gateways gateways, Runnable fault, Runnable failOver) {
		idp.answer(Callers.tokensOf(2));
		List<Reply> replies = gateways.load(LOAD, BEFORE, () -> {
			fault.run();
			failOver.run();
			gateways.awaitShared(SHARED_AGAIN);
		});
		assertThat(replies).hasSizeGreaterThan(200).allMatch((reply) -> reply.isFor("loaded"));
	}

	@Test
	void userWhenRightsAreFewestThenEverythingWorksAndNothingIsDenied() {
		try (RedisProcess redis = RedisProcess.start("user default off", "user admin on nopass ~* &* +@all",
				user("users.acl"))) {
			try (Gateways gateways = Gateways.start(user(redis.endpoint(), ""))) {
				assertThatEverythingWorks(gateways);
			}
			assertThat(denied(redis.port(), "admin")).isEmpty();
		}
	}

	@Test
	void userWhenRightsAreFewestAndSentinelsThenEverythingWorksAndNothingIsDenied() {
		try (RedisSentinels sentinels = RedisSentinels.start()) {
			sentinels.sentinels().forEach((sentinel) -> grant(sentinel.port(), user("sentinels.acl")));
			grant(sentinels.master().port(), user("users-sentinel.acl"));
			try (Gateways gateways = Gateways.start(user(list(sentinels.endpoints()),
					", sentinel: {masterSet: tokens, username: gateway, password: hush}"))) {
				assertThatEverythingWorks(gateways);
			}
			assertThat(denied(sentinels.master().port(), "default")).isEmpty();
			assertThat(sentinels.sentinels())
				.allSatisfy((sentinel) -> assertThat(denied(sentinel.port(), "default")).isEmpty());
		}
	}

	@Test
	void userWhenRightsAreFewestAndClusterThenEverythingWorksAndNothingIsDenied() {
		try (RedisClusterNodes cluster = RedisClusterNodes.start()) {
			List<Integer> ports = cluster.endpoints().stream().map(RedisTopologiesIntegrationTests::port).toList();
			ports.forEach((port) -> grant(port, user("users-cluster.acl")));
			move(cluster.masters().get(0), cluster.masters().get(1));
			try (Gateways gateways = Gateways.start(user(list(cluster.endpoints()), ", cluster: true"))) {
				assertThatEverythingWorks(gateways);
				for (int number = 0; number < 30; number++) {
					assertThat(gateways.isShared("moving-" + number)).isTrue();
				}
			}
			assertThat(ports).allSatisfy((port) -> assertThat(denied(port, "default")).isEmpty());
		}
	}

	/** Whoever looks for a key of one master that is not there has to ask another. */
	private static void move(RedisProcess from, RedisProcess to) {
		String source = from.ask(Jedis::clusterMyId);
		String target = to.ask(Jedis::clusterMyId);
		for (int slot : slotsOf(from)) {
			to.ask((jedis) -> jedis.clusterSetSlotImporting(slot, source));
			from.ask((jedis) -> jedis.clusterSetSlotMigrating(slot, target));
		}
	}

	private static int[] slotsOf(RedisProcess master) {
		List<?> ranges = (List<?>) master.ask((jedis) -> jedis.sendCommand(Protocol.Command.CLUSTER, "SLOTS"));
		return ranges.stream()
			.map((range) -> (List<?>) range)
			.filter((range) -> Long.valueOf(master.port()).equals(((List<?>) range.get(2)).get(1)))
			.flatMapToInt((range) -> IntStream.rangeClosed(((Long) range.get(0)).intValue(),
					((Long) range.get(1)).intValue()))
			.toArray();
	}

	private static String user(String endpoints, String more) {
		return "{endpoints: %s, username: gateway, password: hush%s}".formatted(endpoints, more);
	}

	/** The gateways' user as an example has it, with a password. */
	private static String user(String file) {
		return read(EXAMPLES.resolve(file)).lines()
			.filter((line) -> line.startsWith("user gateway "))
			.findFirst()
			.orElseThrow()
			.replace("#GATEWAY_SHA256", ">hush");
	}

	private static void grant(int port, String user) {
		String[] words = StringUtils.delimitedListToStringArray(user, " ");
		try (Jedis jedis = new Jedis("127.0.0.1", port)) {
			jedis.aclSetUser(words[1], Arrays.copyOfRange(words, 2, words.length));
		}
	}

	private static List<AccessControlLogEntry> denied(int port, String admin) {
		try (Jedis jedis = new Jedis("127.0.0.1", port,
				DefaultJedisClientConfig.builder().user(admin).password("any").build())) {
			return jedis.aclLog();
		}
	}

	private static int port(String endpoint) {
		return Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1));
	}

	private static void assertThatEverythingWorks(Gateways gateways) {
		gateways.awaitShared(CONNECTED);
		assertThatOneRequestWhenCold(gateways);
		assertThatEvicted(gateways);
	}

	/** It takes so long that the lease is extended. */
	private static void assertThatOneRequestWhenCold(Gateways gateways) {
		idp.calls().clear();
		idp.delay(Duration.ofMillis(900));
		List<Reply> replies = Flux.range(0, 20)
			.flatMap((number) -> Callers.calling(gateways.url(number), "cold"), 20)
			.collectList()
			.blockOptional(Duration.ofSeconds(20))
			.orElseThrow();
		assertThat(replies).hasSize(20).allMatch((reply) -> reply.isFor("cold"));
		assertThat(idp.calls()).hasSize(1);
		idp.delay(Duration.ZERO);
	}

	private static void assertThatEvicted(Gateways gateways) {
		Set<String> revoked = ConcurrentHashMap.newKeySet();
		upstream.answer((call) -> revoked.containsAll(call.authorization())
				? new Upstream.Answer(401, "", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""))
				: Upstream.echo(call));
		assertThat(gateways.isShared("revoked")).isTrue();
		String first = Callers.call(gateways.url(0), "revoked").body();
		await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
		revoked.add(first);
		Reply second = Callers.call(gateways.url(0), "revoked");
		assertThat(second.isFor("revoked")).isTrue();
		assertThat(second.body()).isNotEqualTo(first);
		upstream.reset();
		await().atMost(Duration.ofSeconds(2))
			.until(() -> Callers.call(gateways.url(1), "revoked").body().equals(second.body()));
	}

	private static String list(List<String> endpoints) {
		return endpoints.stream().collect(Collectors.joining("', '", "['", "']"));
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Two gateways with one store.
	 */
	private record Gateways(TestGateway one, TestGateway two) implements AutoCloseable {

		static Gateways start(String redis) {
			return new Gateways(gateway(redis), gateway(redis));
		}

		private static TestGateway gateway(String redis) {
			return TestGateway.start(CONFIGURATION,
					Map.of("idp", idp.url(), "upstream", upstream.url(), "redis", redis), OwnResources.class);
		}

		private static String url(TestGateway gateway) {
			return gateway.url() + "/application/x";
		}

		String url(int number) {
			return url((number % 2 == 0) ? this.one : this.two);
		}

		List<Reply> load(Duration time, Duration after, Runnable event) {
			return Callers.load(time, this::url, "loaded", after, event);
		}

		void awaitShared(Duration limit) {
			await().atMost(limit)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(50))
				.until(() -> isShared("shared-" + System.nanoTime()) && isSharedBack("shared-" + System.nanoTime()));
		}

		/** Whether the second gateway finds what the first one has obtained. */
		boolean isShared(String clientId) {
			return isShared(this.one, this.two, clientId);
		}

		private boolean isSharedBack(String clientId) {
			return isShared(this.two, this.one, clientId);
		}

		private static boolean isShared(TestGateway from, TestGateway to, String clientId) {
			Reply obtained = Callers.call(url(from), clientId);
			Reply found = Callers.call(url(to), clientId);
			assertThat(List.of(obtained, found)).allMatch((reply) -> reply.isFor(clientId));
			return found.body().equals(obtained.body());
		}

		@Override
		public void close() {
			this.two.close();
			this.one.close();
		}

	}

}
