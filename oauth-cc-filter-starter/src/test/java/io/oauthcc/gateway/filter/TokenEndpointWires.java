package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.assertj.core.api.ListAssert;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway with a route and a wire to a token endpoint for each row, and what must hold
 * while the wire fails and afterwards.
 */
final class TokenEndpointWires implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private static final Duration GRACE = Duration.ofMillis(1500);

	private static final Duration HEALED = Duration.ofSeconds(3);

	private static final String HEAD = """
			logging.level.io.oauthcc.gateway.token.cache: debug
			oauth-cc:
			  defaults:
			    clientConfig: {timeoutSeconds: 2, tls.ca: "<ca>"}
			    cache.refusalTtl: 1s
			# Each row is to reach its token endpoint.
			  resilience.circuit-breaker.minimum-number-of-calls: 1000
			spring.cloud.gateway.server.webflux.routes:
			""";

	/** With more connections it would not be seen that one is lost to the pool. */
	private static final String ROUTE = """
			  - id: <id>
			    uri: <upstream>
			    predicates: [Path=/<id>]
			    filters:
			      - name: OAuthClientCredentials
			        args: {url: '<url>', clientConfig.maxRetries: <retries>, clientConfig.pool.maxConnections: 2}
			""";

	private final Map<String, FaultProxy> proxies = new LinkedHashMap<>();

	private final TokenRequestLines log = new TokenRequestLines();

	private final TokenEndpoint idp = TokenEndpoint.start();

	private final TokenEndpoint secure;

	private final Upstream upstream = Upstream.start();

	private final TestGateway gateway;

	/**
	 * Start all of it.
	 * @param rows the rows
	 * @param configurations further configuration classes of the gateway
	 */
	TokenEndpointWires(List<Row> rows, Class<?>... configurations) {
		Certificates certificates = new Certificates();
		HeldCertificate certificate = certificates.issue("localhost");
		this.secure = TokenEndpoint.startSecure(Certificates.server(certificate));
		this.secure.answer(Callers.tokensOf(3600));
		this.idp.answer(Callers.tokensOf(3600));
		HandshakeCertificates shown = new HandshakeCertificates.Builder().heldCertificate(certificate).build();
		StringBuilder yaml = new StringBuilder(HEAD);
		for (Row row : rows) {
			FaultProxy proxy = switch (row.wire()) {
				case PLAIN -> FaultProxy.http(this.idp.port());
				case INSIDE_TLS -> FaultProxy.https(this.idp.port(), shown.sslContext().getSocketFactory());
				case BELOW_TLS -> FaultProxy.bytes(this.secure.port());
			};
			this.proxies.put(row.id(), proxy);
			String url = (row.wire() == Wire.PLAIN) ? "http://127.0.0.1:%d/token" : "https://localhost:%d/token";
			yaml.append(ROUTE.replace("<id>", row.id())
				.replace("<retries>", Integer.toString(row.retries()))
				.replace("<url>", url.formatted(proxy.port())));
		}
		this.gateway = TestGateway.start(yaml.toString(), Map.of("upstream", this.upstream.url(), "ca",
				certificates.authority().certificatePem().replace("\n", "\\n")), configurations);
		this.log.attach();
		// So that the first rows do not pay for classes that are loaded.
		rows.forEach((row) -> assertThat(call(row, "first").isFor("first")).isTrue());
	}

	/** Fails if a row is not as expected. */
	void check(Row row) {
		FaultProxy proxy = Objects.requireNonNull(this.proxies.get(row.id()));
		assertOwn(row, "before");
		proxy.begin(row.fault());
		// Two that wait for the same token, which is asked for on the connection from
		// before.
		replies(row, "kept", "kept").allSatisfy((reply) -> row.kept().check(reply, LIMIT, GRACE));
		replies(row, "new", "new", "other").allSatisfy((reply) -> row.fresh().check(reply, LIMIT, GRACE));
		if (!row.isServed()) {
			assertThat(this.log.of(row.id())).as("log")
				.isNotEmpty()
				.allMatch((line) -> line.contains(": " + row.kept().logged() + ", ")
						|| line.contains(": " + row.fresh().logged() + ", "));
		}
		proxy.end();
		for (String caller : List.of("kept", "new", "other", "after")) {
			await().atMost(HEALED).untilAsserted(() -> assertOwn(row, caller));
		}
		await().atMost(HEALED).untilAsserted(() -> {
			assertThat(row.isServed() ? 0 : proxy.struck()).as("connections left").isZero();
			assertThat(inFlight(row)).as("requests left").isZero();
		});
	}

	private void assertOwn(Row row, String caller) {
		Reply reply = call(row, caller);
		assertThat(reply.status()).as("status: %s", reply).isEqualTo(200);
		assertThat(reply.isFor(caller)).as("not its own token: %s", reply).isTrue();
	}

	private Reply call(Row row, String caller) {
		return Callers.call(url(row), caller);
	}

	private String url(Row row) {
		return this.gateway.url() + "/" + row.id();
	}

	private ListAssert<Reply> replies(Row row, String... callers) {
		return assertThat(Flux.fromArray(callers)
			.flatMap((caller) -> Callers.calling(url(row), caller))
			.collectList()
			.blockOptional(Duration.ofSeconds(30))
			.orElseThrow()).as("for %s", Arrays.toString(callers)).hasSize(callers.length);
	}

	private double inFlight(Row row) {
		return this.gateway.context()
			.getBean(MeterRegistry.class)
			.get("oauthcc.token.inflight")
			.tag("middleware", "route:" + row.id())
			.gauge()
			.value();
	}

	@Override
	public void close() {
		this.log.detach();
		this.gateway.close();
		this.proxies.values().forEach(FaultProxy::close);
		this.upstream.close();
		this.secure.close();
		this.idp.close();
	}

	/**
	 * What it is that fails.
	 */
	enum Wire {

		PLAIN("plain"), INSIDE_TLS("inside TLS"), BELOW_TLS("below TLS");

		private final String column;

		Wire(String column) {
			this.column = column;
		}

	}

	/**
	 * A fault, and what is expected on a connection from before and on a new one.
	 */
	record Row(WireFault fault, Wire wire, WireExpectation kept, WireExpectation fresh) {

		static Row of(WireFault fault, Wire wire, String cell) {
			return new Row(fault, wire, WireExpectation.kept(cell), WireExpectation.fresh(cell));
		}

		/** All that the documentation has. */
		static List<Row> all() {
			WireTable table = WireTable.under("Token endpoint");
			List<Row> rows = new ArrayList<>();
			for (Wire wire : Wire.values()) {
				table.column(wire.column).forEach((fault, cell) -> rows.add(of(fault, wire, cell)));
			}
			return rows;
		}

		String id() {
			return (this.wire.name() + "-" + this.fault.name()).toLowerCase(Locale.ROOT).replace('_', '-');
		}

		boolean isServed() {
			return this.kept.status() == 200;
		}

		/** An idle connection may be closed just when it is used again. */
		int retries() {
			return (this.fault == WireFault.CLOSED_LATE) ? 3 : 0;
		}

		@Override
		public String toString() {
			return this.wire.column + ": " + this.fault;
		}

	}

	/**
	 * What is said of the token requests of each route.
	 */
	private static final class TokenRequestLines extends AppenderBase<ILoggingEvent> {

		private static final Logger logger = (Logger) LoggerFactory
			.getLogger("io.oauthcc.gateway.token.cache.TokenRequestLog");

		private final Map<String, List<String>> lines = new ConcurrentHashMap<>();

		private void attach() {
			setContext(logger.getLoggerContext());
			start();
			logger.addAppender(this);
		}

		private void detach() {
			logger.detachAppender(this);
		}

		private List<String> of(String route) {
			return this.lines.getOrDefault(route, List.of());
		}

		@Override
		protected void append(ILoggingEvent event) {
			String message = event.getFormattedMessage();
			String route = message.substring(message.indexOf("route:") + "route:".length());
			this.lines.computeIfAbsent(route.substring(0, route.indexOf(' ')), (id) -> new CopyOnWriteArrayList<>())
				.add(message);
		}

	}

}
