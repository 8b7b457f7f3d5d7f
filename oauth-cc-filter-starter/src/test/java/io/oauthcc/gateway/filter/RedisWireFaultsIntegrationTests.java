package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.Callers.Reply;
import io.oauthcc.gateway.fixture.FaultProxy;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.WireFault;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A Redis that works, behind a wire that does not: no caller fails, none waits longer
 * than for one command and the lease, none gets the token of another, and tokens are
 * shared again afterwards.
 */
class RedisWireFaultsIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private static final Duration HEALED = Duration.ofSeconds(12);

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  store.secret: hush-store-secret-0123456789-abc
			spring.cloud.gateway.server.webflux.routes:
			""";

	private static final String ROUTE = """
			  - id: <id>
			    uri: <upstream>
			    predicates: [Path=/<id>]
			    filters:
			      - name: OAuthClientCredentials
			        args: {store.keyPrefix: '<id>:', store.redis.endpoints: '127.0.0.1:<port>'}
			""";

	private static final Map<String, FaultProxy> proxies = new LinkedHashMap<>();

	private static Map<Row, @Nullable Throwable> failures = Map.of();

	private static RedisProcess redis;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		redis = RedisProcess.start();
		idp = TokenEndpoint.start();
		idp.answer(Callers.tokensOf(3600));
		upstream = Upstream.start();
		StringBuilder yaml = new StringBuilder(CONFIGURATION);
		List<Row> rows = rows();
		for (Row row : rows) {
			FaultProxy proxy = FaultProxy.bytes(redis.port());
			proxies.put(row.id(), proxy);
			yaml.append(ROUTE.replace("<id>", row.id()).replace("<port>", Integer.toString(proxy.port())));
		}
		gateway = TestGateway.start(yaml.toString(), Map.of("idp", idp.url(), "upstream", upstream.url()));
		failures = WireTable.check(rows, RedisWireFaultsIntegrationTests::check);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		proxies.values().forEach(FaultProxy::close);
		upstream.close();
		idp.close();
		redis.close();
	}

	static List<Row> rows() {
		return WireTable.under("Redis")
			.column("the caller gets")
			.entrySet()
			.stream()
			.map((entry) -> new Row(entry.getKey(), WireExpectation.kept(entry.getValue())))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("rows")
	void requestsWhenWireFailsThenServedAndTokensSharedAgain(Row row) {
		assertThat(failures).containsKey(row);
		WireTable.rethrow(failures.get(row));
	}

	private static void check(Row row) {
		FaultProxy proxy = Objects.requireNonNull(proxies.get(row.id()));
		awaitShared(row, "before");
		proxy.begin(row.fault());
		for (int number = 0; number < 4; number++) {
			String caller = "during-" + number;
			Reply reply = call(row, caller);
			row.expected().check(reply, LIMIT, Duration.ZERO);
			assertThat(reply.isFor(caller)).as("%s", reply).isTrue();
			assertThat(call(row, "before-0").isFor("before-0")).isTrue();
		}
		proxy.end();
		awaitShared(row, "after");
		await().atMost(HEALED).untilAsserted(() -> {
			assertThat(available(row)).as("available").isEqualTo(1);
			// What struck an answer has not ended the connection everywhere.
			assertThat(proxy.open()).as("connections").isLessThanOrEqualTo(2);
		});
		for (int number = 0; number < 4; number++) {
			assertThat(call(row, "during-" + number).isFor("during-" + number)).isTrue();
		}
	}

	/** A token that is written shows that all is well. */
	private static void awaitShared(Row row, String caller) {
		AtomicInteger number = new AtomicInteger();
		long before = written(row);
		await().atMost(HEALED).until(() -> {
			String next = caller + "-" + number.getAndIncrement();
			assertThat(call(row, next).isFor(next)).isTrue();
			return written(row) > before;
		});
	}

	private static long written(Row row) {
		return redis.ask((jedis) -> jedis.keys(row.id() + ":*:token")).size();
	}

	private static double available(Row row) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.get("oauthcc.store.available")
			.tag("store", "127.0.0.1:" + Objects.requireNonNull(proxies.get(row.id())).port())
			.gauge()
			.value();
	}

	private static Reply call(Row row, String caller) {
		return Callers.call(gateway.url() + "/" + row.id(), caller);
	}

	private record Row(WireFault fault, WireExpectation expected) {

		String id() {
			return this.fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		@Override
		public String toString() {
			return this.fault.toString();
		}

	}

}
