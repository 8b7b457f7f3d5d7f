package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.oauthcc.gateway.fixture.FaultProxy;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.WireFault;
import io.oauthcc.gateway.secret.SecretReference;
import io.oauthcc.gateway.secret.SecretResolver;
import io.oauthcc.gateway.secret.SecretSnapshot;
import io.oauthcc.gateway.secret.kubernetes.KubernetesSecretResolver;
import io.oauthcc.gateway.secret.kubernetes.LazyKubernetesClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An API server that works, behind wires that do not, each with a client and a secret of
 * its own: when a secret is read for the first time, and while it is watched.
 */
class KubernetesWireFaultsIntegrationTests {

	private static final Duration HEALED = Duration.ofSeconds(20);

	private static final int TIMEOUT_MILLIS = 2000;

	private static final String PREFIX = "urn:wire:";

	private static final String ROUTE = """
			  - id: <id>
			    uri: <upstream>
			    predicates: [Path=/<id>]
			    filters: [{name: OAuthClientCredentials, args: {url: <idp>, clientId: <id>, clientSecret: 'urn:wire:<id>'}}]
			""";

	private static final KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
			new HashMap<>(), new KubernetesCrudDispatcher(), false);

	private static final Map<String, FaultProxy> proxies = new LinkedHashMap<>();

	private static final List<LazyKubernetesClient> clients = new ArrayList<>();

	private static Map<Row, @Nullable Throwable> failures = Map.of();

	private static KubernetesClient operator;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		server.init();
		operator = server.createClient();
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		StringBuilder yaml = new StringBuilder("spring.cloud.gateway.server.webflux.routes:\n");
		List<Row> rows = rows();
		for (Row row : rows) {
			FaultProxy proxy = FaultProxy.http(server.getPort());
			proxies.put(row.id(), proxy);
			write(row, "first");
			if (!row.watched()) {
				proxy.begin(row.fault());
			}
			yaml.append(ROUTE.replace("<id>", row.id()));
		}
		gateway = TestGateway.start(yaml.toString(), Map.of("idp", idp.url(), "upstream", upstream.url()),
				Cluster.class);
		failures = WireTable.check(rows, KubernetesWireFaultsIntegrationTests::check);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		clients.forEach(LazyKubernetesClient::destroy);
		proxies.values().forEach(FaultProxy::close);
		upstream.close();
		idp.close();
		operator.close();
		server.destroy();
	}

	static List<Row> rows() {
		WireTable table = WireTable.under("API server");
		List<Row> rows = new ArrayList<>();
		table.column("read at the start")
			.forEach((fault, cell) -> rows.add(new Row(fault, false, Integer.parseInt(cell))));
		table.column("while watched").forEach((fault, cell) -> rows.add(new Row(fault, true, Integer.parseInt(cell))));
		return rows;
	}

	@ParameterizedTest
	@MethodSource("rows")
	void secretWhenWireFailsThenAsTheTableSaysAndHealed(Row row) {
		assertThat(failures).containsKey(row);
		WireTable.rethrow(failures.get(row));
	}

	private static void check(Row row) {
		FaultProxy proxy = Objects.requireNonNull(proxies.get(row.id()));
		if (row.watched()) {
			awaitUsed(row, "first");
			proxy.begin(row.fault());
			write(row, "second");
		}
		// By then a connection has failed, or the client's time limit is over.
		await().atMost(HEALED).until(() -> proxy.accepted() > 0 || row.fault() == WireFault.REFUSED);
		assertThat(status(row)).isEqualTo(row.expected());
		proxy.end();
		awaitUsed(row, row.watched() ? "second" : "first");
		if (row.expected() != 200 || row.fault() != WireFault.BYTE_BY_BYTE) {
			await().atMost(HEALED).untilAsserted(() -> assertThat(proxy.struck()).as("connections left").isZero());
		}
	}

	private static void awaitUsed(Row row, String secret) {
		String used = TestGateway.basic(row.id(), secret);
		await().atMost(HEALED).untilAsserted(() -> {
			assertThat(status(row)).isEqualTo(200);
			assertThat(idp.calls()).as("the secret %s", secret).anyMatch((call) -> call.authorization().equals(used));
		});
	}

	private static int status(Row row) {
		return gateway.client().get().uri("/" + row.id()).exchange().returnResult(Void.class).getStatus().value();
	}

	private static void write(Row row, String secret) {
		String encoded = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
		operator.secrets()
			.inNamespace("gateway")
			.resource(new SecretBuilder().withNewMetadata()
				.withName(row.id())
				.withNamespace("gateway")
				.endMetadata()
				.withData(Map.of("secret", encoded))
				.build())
			.createOr((existing) -> existing.update());
	}

	/** With the configuration of a client of the application, as ever. */
	private static LazyKubernetesClient client(FaultProxy proxy) {
		LazyKubernetesClient client = new LazyKubernetesClient(() -> new KubernetesClientBuilder()
			.withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:%d/".formatted(proxy.port()))
				.withRequestTimeout(TIMEOUT_MILLIS)
				.withConnectionTimeout(TIMEOUT_MILLIS)
				.build())
			.build());
		clients.add(client);
		return client;
	}

	private record Row(WireFault fault, boolean watched, int expected) {

		String id() {
			return (this.watched ? "watched-" : "read-") + this.fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		@Override
		public String toString() {
			return (this.watched ? "while watched: " : "read at the start: ") + this.fault;
		}

	}

	/**
	 * Every secret by a client of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Cluster {

		@Bean
		SecretResolver secretsOverWires() {
			Map<String, KubernetesSecretResolver> resolvers = new HashMap<>();
			proxies.forEach((id, proxy) -> resolvers.put(id, new KubernetesSecretResolver(client(proxy), "gateway")));
			return new SecretResolver() {

				@Override
				public String prefix() {
					return PREFIX;
				}

				@Override
				public SecretReference parse(String text) {
					return new SecretReference(text, text.substring(PREFIX.length()), "secret");
				}

				@Override
				public Flux<SecretSnapshot> snapshots(String secret) {
					return Objects.requireNonNull(resolvers.get(secret)).snapshots(secret);
				}

			};
		}

	}

}
