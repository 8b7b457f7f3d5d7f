package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.oauthcc.gateway.fixture.FaultProxy;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.WireFault;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A service that works, behind a wire that does not. What the caller gets is Spring Cloud
 * Gateway's to say: the filter changes nothing about it, sends nothing again, and does
 * not take it out on the token.
 */
class UpstreamWireFaultsIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration SOON = Duration.ofSeconds(3);

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux:
			  httpclient: {connect-timeout: 2000, response-timeout: 2s}
			  routes:
			""";

	private static final String ROUTES = """
			  - id: <id>
			    uri: http://127.0.0.1:<port>
			    predicates: [Path=/<id>]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientId: <id>
			          clientSecret: secret
			          replayBodyLimit: 1000
			          cache.minTokenAge: 1s
			          upstreamUnauthorized.anyChallenge: true
			  - id: plain-<id>
			    uri: http://127.0.0.1:<plain-port>
			    predicates: [Path=/plain-<id>]
			    filters: ['SetRequestHeader=Authorization, Bearer token-0']
			""";

	private static final Map<String, FaultProxy> proxies = new LinkedHashMap<>();

	private static Map<Row, @Nullable Throwable> failures = Map.of();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		StringBuilder yaml = new StringBuilder(CONFIGURATION);
		List<Row> rows = rows();
		for (Row row : rows) {
			yaml.append(ROUTES.replace("<id>", row.id())
				.replace("<port>", Integer.toString(proxy(row.id()).port()))
				.replace("<plain-port>", Integer.toString(proxy("plain-" + row.id()).port())));
		}
		gateway = TestGateway.start(yaml.toString(), Map.of("idp", idp.url()));
		// So that the first rows do not pay for classes that are loaded.
		rows.forEach((row) -> await().atMost(Duration.ofSeconds(30)).until(() -> call(row.id()).status() == 200));
		failures = WireTable.check(rows, UpstreamWireFaultsIntegrationTests::check);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		proxies.values().forEach(FaultProxy::close);
		upstream.close();
		idp.close();
	}

	static List<Row> rows() {
		return WireTable.under("Service")
			.column("the caller gets")
			.entrySet()
			.stream()
			.map((entry) -> new Row(entry.getKey(), List.of(entry.getValue().split(" or ", -1))))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("rows")
	void requestsWhenWireFailsThenAsWithoutFilterAndTokenStays(Row row) {
		assertThat(failures).containsKey(row);
		WireTable.rethrow(failures.get(row));
	}

	@Test
	void tableWhenReadThenAllFaults() {
		assertThat(WireTable.under("Service").rows().keySet()).containsExactly(WireFault.values());
	}

	private static void check(Row row) {
		String plain = "plain-" + row.id();
		String token = call(row.id()).body();
		assertThat(token).startsWith("Bearer ");
		call(plain);
		proxy(row.id()).begin(row.fault());
		proxy(plain).begin(row.fault());
		// On the connection from before, and on another.
		for (int round = 0; round < 2; round++) {
			long before = received(row.id());
			long plainBefore = received(plain);
			Answer answer = call(row.id());
			assertThat(answer.outcome()).as("%s", answer).isIn(row.expected());
			assertThat(call(plain).outcome()).as("without the filter").isIn(row.expected());
			if (row.expected().size() == 1) {
				assertThat(received(row.id()) - before).as("requests").isEqualTo(received(plain) - plainBefore);
			}
			else {
				assertThat(received(row.id()) - before).as("requests").isLessThanOrEqualTo(1);
			}
		}
		proxy(row.id()).end();
		proxy(plain).end();
		await().atMost(SOON).untilAsserted(() -> assertThat(call(row.id()).body()).isEqualTo(token));
		assertThat(idp.calls()).filteredOn((call) -> call.authorization().equals(TestGateway.basic(row.id(), "secret")))
			.as("token requests")
			.hasSize(1);
		if (!row.expected().contains("200")) {
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(proxy(row.id()).struck()).as("connections left")
					.isLessThanOrEqualTo(proxy(plain).struck()));
		}
	}

	private static FaultProxy proxy(String route) {
		return proxies.computeIfAbsent(route, (id) -> FaultProxy.http(port()));
	}

	private static int port() {
		return Integer.parseInt(upstream.url().substring(upstream.url().lastIndexOf(':') + 1));
	}

	private static long received(String route) {
		return upstream.received().stream().filter((received) -> received.uri().equals("/" + route)).count();
	}

	private static Answer call(String route) {
		return HttpClient.newConnection().post().uri(gateway.url() + "/" + route).send((request, out) -> {
			request.header("Content-Length", "5");
			return out.sendString(Mono.just("order"));
		})
			.response((response, body) -> body.asString()
				.take(20_000)
				.collectList()
				.map((parts) -> String.join("", parts))
				.take(PATIENCE)
				.map((text) -> new Answer(response.status().code(), text, true))
				.defaultIfEmpty(new Answer(response.status().code(), "", false))
				.onErrorResume((error) -> Mono.just(new Answer(response.status().code(), "", false))))
			.next()
			.timeout(PATIENCE.plusSeconds(1), Mono.just(new Answer(0, "", false)))
			.blockOptional(Duration.ofSeconds(30))
			.orElseThrow();
	}

	private record Answer(int status, String body, boolean whole) {

		String outcome() {
			return this.status + (this.whole ? "" : ", broken off");
		}

	}

	/**
	 * A fault, and what may be expected: several things if it depends on which is first.
	 */
	private record Row(WireFault fault, List<String> expected) {

		String id() {
			return this.fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		@Override
		public String toString() {
			return this.fault.toString();
		}

	}

}
