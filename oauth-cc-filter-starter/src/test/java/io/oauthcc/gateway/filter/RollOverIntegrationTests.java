package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens of eight seconds from a token endpoint that takes half a second, under load by
 * the clock on the wall: nobody notices that they roll over.
 */
class RollOverIntegrationTests {

	private static final Duration TIME = Duration.ofSeconds(28);

	private static final Duration PACE = Duration.ofMillis(5);

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: plain
			    uri: <upstream>
			    predicates: [Path=/plain/**]
			  - id: rolling
			    uri: <upstream>
			    predicates: [Path=/rolling/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			""";

	private static final AtomicInteger unread = new AtomicInteger();

	@Test
	void callersWhenTokensRollOverThenNobodyWaits() {
		try (TokenEndpoint idp = TokenEndpoint.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = TestGateway.start(CONFIGURATION,
						Map.of("idp", idp.url(), "upstream", upstream.url()))) {
			idp.answer((call) -> TokenEndpoint.token("token", 8));
			idp.delay(Duration.ofMillis(500));
			ConnectionProvider connections = ConnectionProvider.create("roll-over", 64);
			HttpClient client = HttpClient.create(connections).baseUrl(gateway.url());
			// Until nothing is compiled or connected for the first time any more.
			measure(client, "warm-up", Duration.ofSeconds(10));
			idp.reset();
			idp.answer((call) -> TokenEndpoint.token("token", 8));
			idp.delay(Duration.ofMillis(500));
			call(client, "/rolling/x", "rolling").block(Duration.ofSeconds(10));
			List<Measure> measures = measure(client, "rolling", TIME);
			connections.dispose();
			assertThat(measures).allSatisfy((measure) -> assertThat(measure.status()).isEqualTo(200));
			assertThat(unread).hasValueLessThan(3);
			assertThat(measures).hasSizeGreaterThan(4 * 2 * 28 * 100);
			long plain = slowest(measures, "/plain/x");
			long rolling = slowest(measures, "/rolling/x");
			System.out.printf(
					"Slowest request: %d ms on the plain route, %d ms with rolling tokens, %d token requests, %d requests%n",
					plain, rolling, idp.calls().size(), measures.size());
			assertThat(rolling).isLessThan(Math.max(300, plain + 100));
			assertThat(idp.calls().size()).isBetween(4, 6);
		}
	}

	private static List<Measure> measure(HttpClient client, String clientId, Duration time) {
		return Flux.range(0, 4)
			.flatMap((caller) -> Flux.merge(load(client, "/rolling/x", clientId, time),
					load(client, "/plain/x", clientId, time)))
			.collectList()
			.blockOptional(time.plusSeconds(60))
			.orElseThrow();
	}

	private static Flux<Measure> load(HttpClient client, String path, String clientId, Duration time) {
		return Flux.interval(PACE).take(time).onBackpressureDrop().flatMap((tick) -> call(client, path, clientId), 16);
	}

	private static Mono<Measure> call(HttpClient client, String path, String clientId) {
		return Mono.defer(() -> {
			long start = System.nanoTime();
			return client.headers((headers) -> headers.set("Authorization", TestGateway.basic(clientId, "secret")))
				.get()
				.uri(path)
				.responseSingle(
						(response, body) -> body.asString().defaultIfEmpty("").thenReturn(response.status().code()))
				.map((status) -> new Measure(path, status, (System.nanoTime() - start) / 1_000_000))
				// Reactor Netty 1.3.7 may leave a kept-alive request unread until its
				// client hangs up.
				.timeout(Duration.ofSeconds(5))
				.onErrorResume(TimeoutException.class, (ex) -> {
					unread.incrementAndGet();
					return Mono.empty();
				});
		});
	}

	private static long slowest(List<Measure> measures, String path) {
		return measures.stream()
			.filter((measure) -> measure.path().equals(path))
			.mapToLong(Measure::millis)
			.max()
			.orElseThrow();
	}

	private record Measure(String path, int status, long millis) {

	}

}
