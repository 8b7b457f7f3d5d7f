package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.Callers.Reply;
import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.fixture.FaultProxy;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.WireFault;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A token endpoint that works, behind a wire that does not: each row of the table in
 * docs/wire.md, on a connection that is kept and on new ones, without TLS, inside TLS and
 * below it.
 */
class WireFaultsIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private static final Duration GRACE = Duration.ofMillis(1500);

	private static final Duration HEALED = Duration.ofSeconds(3);

	private static final String HEAD = """
			logging.level.io.oauthcc.gateway.token.cache: debug
			oauth-cc:
			  defaults:
			    clientConfig: {timeoutSeconds: 2, maxRetries: 0, tls.ca: "<ca>"}
			    cache.refusalTtl: 1s
			# Each row is to reach its token endpoint.
			  resilience.circuit-breaker.minimum-number-of-calls: 1000
			spring.cloud.gateway.server.webflux.routes:
			""";

	private static final String ROUTE = """
			  - id: <id>
			    uri: <upstream>
			    predicates: [Path=/<id>]
			    filters: [{name: OAuthClientCredentials, args: {url: '<url>'}}]
			""";

	private static final Map<String, FaultProxy> proxies = new LinkedHashMap<>();

	private static final Map<String, List<String>> log = new ConcurrentHashMap<>();

	private static final Collector collector = new Collector();

	private static Map<Row, @Nullable Throwable> failures = Map.of();

	private static TokenEndpoint idp;

	private static TokenEndpoint secure;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		Certificates certificates = new Certificates();
		HeldCertificate certificate = certificates.issue("localhost");
		idp = TokenEndpoint.start();
		idp.answer(Callers.tokensOf(3600));
		secure = TokenEndpoint.startSecure(Certificates.server(certificate));
		secure.answer(Callers.tokensOf(3600));
		upstream = Upstream.start();
		HandshakeCertificates shown = new HandshakeCertificates.Builder().heldCertificate(certificate).build();
		StringBuilder yaml = new StringBuilder(HEAD);
		List<Row> rows = rows();
		for (Row row : rows) {
			FaultProxy proxy = switch (row.wire()) {
				case PLAIN -> FaultProxy.http(idp.port());
				case INSIDE_TLS -> FaultProxy.https(idp.port(), shown.sslContext().getSocketFactory());
				case BELOW_TLS -> FaultProxy.bytes(secure.port());
			};
			proxies.put(row.id(), proxy);
			String url = (row.wire() == Wire.PLAIN) ? "http://127.0.0.1:%d/token" : "https://localhost:%d/token";
			yaml.append(ROUTE.replace("<id>", row.id()).replace("<url>", url.formatted(proxy.port())));
		}
		gateway = TestGateway.start(yaml.toString(), Map.of("upstream", upstream.url(), "ca",
				certificates.authority().certificatePem().replace("\n", "\\n")));
		collector.attach();
		// So that the first rows do not pay for classes that are loaded.
		rows.forEach((row) -> assertThat(Callers.call(row.url(), "first").isFor("first")).isTrue());
		failures = WireTable.check(rows, WireFaultsIntegrationTests::check);
	}

	@AfterAll
	static void stop() {
		collector.detach();
		gateway.close();
		proxies.values().forEach(FaultProxy::close);
		upstream.close();
		secure.close();
		idp.close();
	}

	static List<Row> rows() {
		WireTable table = WireTable.under("Token endpoint");
		List<Row> rows = new ArrayList<>();
		for (Wire wire : Wire.values()) {
			table.column(wire.column)
				.forEach((fault, cell) -> rows.add(new Row(fault, wire, WireExpectation.of(cell))));
		}
		return rows;
	}

	@ParameterizedTest
	@MethodSource("rows")
	void requestsWhenWireFailsThenAsTheTableSaysAndHealed(Row row) {
		Throwable failure = failures.get(row);
		if (failure != null) {
			throw new AssertionError(row.toString(), failure);
		}
		assertThat(failures).containsKey(row);
	}

	@Test
	void tableWhenReadThenAllFaultsOfHttp() {
		assertThat(WireTable.under("Token endpoint").rows().keySet()).containsExactly(WireFault.values());
	}

	private static void check(Row row) {
		FaultProxy proxy = Objects.requireNonNull(proxies.get(row.id()));
		proxy.begin(row.fault());
		// At first on the connection that is kept from before, then on new ones.
		for (String round : List.of("kept", "new")) {
			List<Reply> replies = Flux
				.merge(Callers.calling(row.url(), round), Callers.calling(row.url(), round),
						Callers.calling(row.url(), "other-" + round))
				.collectList()
				.blockOptional(Duration.ofSeconds(30))
				.orElseThrow();
			assertThat(replies).as(round).hasSize(3).allSatisfy((reply) -> row.expected().check(reply, LIMIT, GRACE));
		}
		if (!row.expected().failure().isEmpty()) {
			assertThat(log.getOrDefault(row.id(), List.of())).as("log")
				.isNotEmpty()
				.allMatch((line) -> line.contains(": " + row.expected().logged() + ", "));
		}
		proxy.end();
		for (String caller : List.of("kept", "other-kept", "after")) {
			await().atMost(HEALED).untilAsserted(() -> {
				Reply reply = Callers.call(row.url(), caller);
				assertThat(reply.isFor(caller)).as("healed: %s", reply).isTrue();
			});
		}
		await().atMost(HEALED).untilAsserted(() -> {
			assertThat(row.isServed() ? 0 : proxy.struck()).as("connections left").isZero();
			assertThat(inFlight(row)).as("requests left").isZero();
		});
	}

	private static double inFlight(Row row) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.get("oauthcc.token.inflight")
			.tag("middleware", "route:" + row.id())
			.gauge()
			.value();
	}

	private enum Wire {

		PLAIN("plain"), INSIDE_TLS("inside TLS"), BELOW_TLS("below TLS");

		private final String column;

		Wire(String column) {
			this.column = column;
		}

	}

	private record Row(WireFault fault, Wire wire, WireExpectation expected) {

		String id() {
			return (this.wire.name() + "-" + this.fault.name()).toLowerCase(Locale.ROOT).replace('_', '-');
		}

		String url() {
			return gateway.url() + "/" + id();
		}

		boolean isServed() {
			return this.expected.status() == 200;
		}

		@Override
		public String toString() {
			return "%s, %s: %s".formatted(this.wire.column, this.fault, this.expected);
		}

	}

	/**
	 * What is said of the token requests of each route.
	 */
	private static final class Collector extends AppenderBase<ILoggingEvent> {

		private static final Logger logger = (Logger) LoggerFactory
			.getLogger("io.oauthcc.gateway.token.cache.TokenRequestLog");

		private void attach() {
			setContext(logger.getLoggerContext());
			start();
			logger.addAppender(this);
		}

		private void detach() {
			logger.detachAppender(this);
		}

		@Override
		protected void append(ILoggingEvent event) {
			String message = event.getFormattedMessage();
			String route = message.substring(message.indexOf("route:") + "route:".length());
			log.computeIfAbsent(route.substring(0, route.indexOf(' ')), (id) -> new CopyOnWriteArrayList<>())
				.add(message);
		}

	}

}
