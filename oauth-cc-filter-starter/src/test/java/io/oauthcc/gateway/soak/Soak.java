package io.oauthcc.gateway.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.oauthcc.gateway.fixture.GatewayProcess;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.soak.Disturbances.Kind;
import io.oauthcc.gateway.soak.SoakIdp.Fault;
import org.awaitility.core.ConditionTimeoutException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import redis.clients.jedis.Jedis;

import org.springframework.util.FileSystemUtils;

import static org.awaitility.Awaitility.await;

/**
 * A gateway under load to which one thing after the other happens, and what is left of it
 * afterwards.
 */
final class Soak implements AutoCloseable {

	/** The gateway's own clients, each with a route of the same name. */
	private static final List<String> OWN = List.of("rotated", "first", "second");

	private static final String ROTATED = OWN.get(0);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final List<Fault> FAULTS = List.copyOf(EnumSet.complementOf(EnumSet.of(Fault.NONE)));

	private static final Duration GRACE = Duration.ofSeconds(10);

	/** Attempts that began during a fault, a circuit that is open, a wait asked for. */
	private static final Duration AFTERMATH = Duration.ofSeconds(4);

	/**
	 * Reactor Netty 1.3.7 now and then gives a request a connection that has just ended,
	 * on routes without this filter as well.
	 */
	private static final Pattern ENDED_CONNECTION = Pattern.compile("500 Server Error for HTTP [^\\n]*\\s+"
			+ "reactor\\.netty\\.http\\.client\\.PrematureCloseException: Connection prematurely closed BEFORE response");

	private static final int REQUESTS_FOR_EACH_ENDED_CONNECTION = 50_000;

	private static final String CONFIGURATION = """
			management:
			  endpoint.gateway.access: unrestricted
			  endpoints.web.exposure.include: gateway
			logging.level.io.oauthcc.gateway.token: debug
			oauth-cc:
			  cache.maximum-size: 2000
			  resilience.circuit-breaker.wait-duration-in-open-state: 2s
			  secrets: {file-roots: <root>, rotation-grace: <grace>}
			  defaults:
			    url: <idp>
			    cache.minTokenAge: 1s
			    clientConfig: {timeoutSeconds: 1, acquisitionTimeout: 4s, pool.maxIdleTime: 2s}
			    store:
			      keyPrefix: 'soak:'
			      secret: hush-store-secret-0123456789-abc
			      redis.endpoints: <redis>
			  middlewares:
			    rotated: {clientId: 'urn:file:<root>/client_id', clientSecret: 'urn:file:<root>/client_secret'}
			    first: {clientId: first, clientSecret: hush-first-0}
			    second: {clientId: second, clientSecret: hush-second-0}
			    # All of them call from one address here.
			    application: {scopes: soak, attempts.perAddress: 1000}
			spring.cloud.gateway.server.webflux:
			  # It never ends the observation of a call whose caller has left (spring-cloud-gateway#3609).
			  observability.enabled: false
			  httpclient.pool: {max-idle-time: 2s, eviction-interval: 1s}
			  routes:
			  - {id: plain, uri: '<upstream>', predicates: [Path=/plain/**]}
			  - {id: rotated, uri: '<upstream>', predicates: [Path=/rotated/**], filters: [OAuthClientCredentials=rotated]}
			  - {id: first, uri: '<upstream>', predicates: [Path=/first/**], filters: [OAuthClientCredentials=first]}
			  - {id: second, uri: '<upstream>', predicates: [Path=/second/**], filters: [OAuthClientCredentials=second]}
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters: [OAuthClientCredentials=application]
			""";

	private final SoakSettings settings;

	private final Path root = newDirectory();

	private final AtomicInteger files = new AtomicInteger();

	private final SoakClients clients = new SoakClients();

	private final RedisProcess redis = RedisProcess.start();

	private final SoakIdp idp;

	private final SoakUpstream upstream;

	private final GatewayProcess gateway;

	private final Map<Integer, String> peers;

	private final AtomicReference<SoakCallers> leaving = new AtomicReference<>();

	private final List<String> findings = new ArrayList<>();

	/**
	 * Start a gateway and what is around it.
	 * @param settings how large the soak is
	 * @param faults configuration classes that spoil the gateway
	 */
	Soak(SoakSettings settings, Class<?>... faults) {
		this.settings = settings;
		this.idp = new SoakIdp(this.clients, settings.tokenLife());
		this.upstream = new SoakUpstream(this.clients, GRACE);
		exchangeFiles();
		try {
			this.gateway = startGateway(faults);
		}
		catch (RuntimeException ex) {
			closeNeighbours();
			throw ex;
		}
		this.peers = Map.of(this.idp.port(), "idp", this.upstream.port(), "service", this.redis.port(), "redis");
	}

	private GatewayProcess startGateway(Class<?>... faults) {
		List<Class<?>> configurations = new ArrayList<>(List.of(faults));
		configurations.add(SoakProbe.class);
		return GatewayProcess.start(CONFIGURATION,
				Map.of("idp", this.idp.url(), "upstream", this.upstream.url(), "redis", this.redis.endpoint(), "root",
						this.root.toString(), "grace", GRACE.toSeconds() + "s"),
				List.of("-XX:MaxDirectMemorySize=64m", "-Dio.netty.leakDetection.level=paranoid",
						"-Dio.netty.leakDetection.targetRecords=4"),
				configurations.toArray(Class<?>[]::new));
	}

	private static Path newDirectory() {
		try {
			return Files.createTempDirectory("soak");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	SoakReport run() {
		try (Disturbances none = new Disturbances(Duration.ZERO);
				SoakCallers first = callers(none);
				Disturbances disturbances = disturbances();
				SoakCallers callers = callers(disturbances)) {
			warmUp(first);
			Resources start = quiet();
			long tokenRequests = this.idp.requests();
			Instant began = Instant.now();
			this.upstream.revoke(true);
			Mono.when(callers.load(this.settings.perSecond(), this.settings.time()), disturbances.happen())
				.block(this.settings.time().plusMinutes(2));
			this.upstream.revoke(false);
			Duration took = Duration.between(began, Instant.now());
			tokenRequests = this.idp.requests() - tokenRequests;
			Resources end = afterwards(start);
			judge(callers);
			this.findings.addAll(end.beyond(start, this::mayGrow));
			return new SoakReport(List.copyOf(this.findings),
					new SoakTable(took, tokenRequests, callers, disturbances, this.upstream, start, end).text(),
					Resources.histogram(this.gateway), this.gateway.log());
		}
	}

	private SoakCallers callers(Disturbances disturbances) {
		SoakCallers callers = new SoakCallers(this.gateway.url(), this.clients, this.settings.clients(), OWN,
				this.settings.pace(), disturbances);
		this.leaving.set(callers);
		return callers;
	}

	/**
	 * Classes loaded, code compiled, and as much remembered as there is room for. Nobody
	 * is served in time by a Java process that has served nobody yet.
	 */
	private void warmUp(SoakCallers callers) {
		callers.oneByOne(100).block(PATIENCE);
		callers.load(this.settings.perSecond(), this.settings.warmUp()).block(PATIENCE);
	}

	private Resources quiet() {
		AtomicReference<Resources> last = new AtomicReference<>();
		boolean quiet = waitFor(PATIENCE, () -> {
			last.set(resources());
			return Stream.of("inflight", "connections.service", "connections.idp", "tokens")
				.filter((name) -> mayGrow(name) == 0)
				.allMatch((name) -> last.get().get(name) == 0);
		});
		if (!quiet) {
			this.findings.add("not quiet at the start, which hides what is left at the end");
		}
		return Objects.requireNonNull(last.get());
	}

	private Resources afterwards(Resources start) {
		AtomicReference<Resources> last = new AtomicReference<>();
		waitFor(this.settings.patience(), () -> {
			last.set(resources());
			return last.get().beyond(start, this::mayGrow).isEmpty();
		});
		return Objects.requireNonNull(last.get());
	}

	private static boolean waitFor(Duration patience, Callable<Boolean> condition) {
		try {
			await().atMost(patience).pollDelay(Duration.ZERO).pollInterval(Duration.ofSeconds(1)).until(condition);
			return true;
		}
		catch (ConditionTimeoutException ex) {
			// What is too much then is a finding.
			return false;
		}
	}

	private Resources resources() {
		return Resources.of(this.gateway, this.peers);
	}

	private long mayGrow(String name) {
		return switch (name) {
			case "heap" -> 8_000_000L;
			case "direct" -> 4_000_000L;
			case "threads" -> 4L;
			// A small soak does not wait until tokens expire and idle connections are
			// closed.
			case "tokens", "connections.idp" -> this.settings.disturbed() ? 0L : Long.MAX_VALUE;
			case "descriptors", "tasks.reactor", "tasks.loops", "tasks.redis" -> 2L;
			// Spring never ends the observation of a call whose caller has left just when
			// an error is to be answered: it waits for an answer that is never sent.
			case "http.server.requests.active" -> Long.MAX_VALUE;
			// Their sum is looked at.
			default -> name.startsWith("descriptors.") ? Long.MAX_VALUE : 0L;
		};
	}

	private void judge(SoakCallers callers) {
		if (callers.unexplained() > 0) {
			this.findings.add("%d requests failed without a cause: %s".formatted(callers.unexplained(),
					callers.unexplainedFailures()));
		}
		long ended = endedConnections();
		if (callers.internalErrors() > ended || ended > 1 + callers.requests() / REQUESTS_FOR_EACH_ENDED_CONNECTION) {
			this.findings.add("%d requests were answered 500, %d for a connection that had ended: %s"
				.formatted(callers.internalErrors(), ended, callers.unexplainedFailures()));
		}
		if (callers.skipped() > 0) {
			this.findings.add("%d calls could not begin".formatted(callers.skipped()));
		}
		if (this.upstream.wrong() > 0) {
			this.findings.add("%d wrong tokens: %s".formatted(this.upstream.wrong(), this.upstream.wrongTokens()));
		}
		List<String> leaks = this.gateway.log().lines().filter((line) -> line.contains("LEAK:")).toList();
		if (!leaks.isEmpty()) {
			this.findings.add("%d buffers were lost: %s".formatted(leaks.size(), leaks.get(0)));
		}
	}

	private long endedConnections() {
		return ENDED_CONNECTION.matcher(this.gateway.log()).results().count();
	}

	private Disturbances disturbances() {
		Disturbances disturbances = new Disturbances(this.settings.time());
		if (!this.settings.disturbed()) {
			return disturbances;
		}
		return disturbances.plan(Duration.ofSeconds(20), Duration.ofSeconds(41), Duration.ofSeconds(6), this::idpFails)
			.plan(Duration.ofSeconds(12), Duration.ofSeconds(29), Duration.ofSeconds(4), this::redisFails)
			.plan(Duration.ofSeconds(9), Duration.ofSeconds(23), Duration.ofSeconds(5), (number) -> rotate())
			.plan(Duration.ofSeconds(5), Duration.ofSeconds(7), Duration.ofSeconds(5), this::changeSecret)
			.plan(Duration.ofSeconds(4), Duration.ofSeconds(11), Duration.ofSeconds(1), (number) -> refresh())
			.plan(Duration.ofSeconds(33), Duration.ofSeconds(53), Duration.ofSeconds(4), (number) -> storm());
	}

	private Kind idpFails(int number) {
		Fault fault = FAULTS.get(number % FAULTS.size());
		return new Kind("token endpoint " + fault, () -> this.idp.fail(fault), this.idp::recover, fault.statuses(),
				AFTERMATH);
	}

	private Kind redisFails(int number) {
		return switch (number % 3) {
			case 0 -> Kind.harmless("Redis frozen", this.redis::freeze, this.redis::thaw);
			case 1 -> Kind.harmless("Redis killed", this.redis::kill, this.redis::restart);
			default -> Kind.harmless("Redis flushed", () -> this.redis.ask(Jedis::flushAll), () -> {
			});
		};
	}

	/** The mounted files first; the token endpoint takes both secrets for a while. */
	private Kind rotate() {
		return Kind.harmless("secret file exchanged", () -> {
			this.clients.change(ROTATED);
			exchangeFiles();
		}, () -> this.clients.withdraw(ROTATED));
	}

	private Kind changeSecret(int number) {
		String client = "app-" + number % 50;
		return Kind.harmless("caller's secret changed", () -> this.clients.change(client),
				() -> this.clients.withdraw(client));
	}

	private Kind refresh() {
		return Kind.harmless("routes refreshed",
				() -> HttpClient.newConnection()
					.post()
					.uri(this.gateway.url() + "/actuator/gateway/refresh")
					.response()
					.block(Duration.ofSeconds(20)),
				() -> {
				});
	}

	private Kind storm() {
		return Kind.harmless("callers leave", () -> storm(true), () -> storm(false));
	}

	private void storm(boolean storm) {
		Objects.requireNonNull(this.leaving.get()).storm(storm);
	}

	/** As the kubelet does. */
	private void exchangeFiles() {
		try {
			String version = "..version-" + this.files.incrementAndGet();
			Path versioned = Files.createDirectory(this.root.resolve(version));
			Files.writeString(versioned.resolve("client_id"), ROTATED);
			Files.writeString(versioned.resolve("client_secret"),
					SoakClients.secret(ROTATED, this.clients.version(ROTATED)));
			Path link = Files.createSymbolicLink(this.root.resolve("..tmp"), Path.of(version));
			Files.move(link, this.root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
			for (String key : List.of("client_id", "client_secret")) {
				if (!Files.isSymbolicLink(this.root.resolve(key))) {
					Files.createSymbolicLink(this.root.resolve(key), Path.of("..data", key));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.gateway.close();
		closeNeighbours();
	}

	private void closeNeighbours() {
		this.upstream.close();
		this.idp.close();
		this.redis.close();
		try {
			FileSystemUtils.deleteRecursively(this.root);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
