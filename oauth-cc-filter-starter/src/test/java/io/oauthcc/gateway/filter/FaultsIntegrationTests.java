package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.IdpProcess;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.client.HttpAccessTokenClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.util.function.Tuple2;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A token endpoint that is killed, frozen, broken, busy or slow, and comes back: a
 * process of its own, over real HTTP. The table in docs/faults.md is what this writes.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIntegrationTests {

	private static final Duration ACQUISITION_TIMEOUT = Duration.ofSeconds(4);

	private static final Duration BREAKER_WAIT = Duration.ofSeconds(2);

	private static final String HEAD = """
			oauth-cc:
			  defaults.clientConfig:
			    timeoutSeconds: 1
			    acquisitionTimeout: 4s
			  resilience.circuit-breaker.wait-duration-in-open-state: 2s
			spring.cloud.gateway.server.webflux.routes:
			""";

	private static final String ROUTE = """
			  - id: <id>
			    uri: <upstream>
			    predicates: [Path=/<id>]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <url>
			          clientId: client-of-<id>
			          clientSecret: secret
			""";

	private static final String OTHER = """
			  - id: other
			    uri: <upstream>
			    predicates: [Path=/other]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <other>
			""";

	private static final List<String> table = new ArrayList<>();

	private static IdpProcess idp;

	private static TokenEndpoint other;

	private static Upstream upstream;

	private static TestGateway gateway;

	private enum Fault {

		KILLED("killed: connections are refused", "killed", 503),

		FROZEN("frozen: connects, never answers", "frozen", 504),

		BROKEN("answers 500", "status=500", 502),

		OUT_OF_SERVICE("answers 503", "status=503", 502),

		BUSY("answers 429 with `Retry-After: 1`", "status=429", 503),

		SLOW("answers after 3 s, time limit 1 s", "delay=3000", 504);

		private final String description;

		private final String behaviour;

		private final int status;

		Fault(String description, String behaviour, int status) {
			this.description = description;
			this.behaviour = behaviour;
			this.status = status;
		}

		void begin() {
			switch (this) {
				case KILLED -> idp.kill();
				case FROZEN -> idp.freeze();
				default -> idp.misbehave(true);
			}
		}

		void end() {
			switch (this) {
				case KILLED -> idp.restart();
				case FROZEN -> idp.thaw();
				default -> idp.misbehave(false);
			}
		}

		String route(String kind) {
			return kind + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

	@BeforeAll
	static void start() {
		idp = IdpProcess.start();
		upstream = Upstream.start();
		StringBuilder configuration = new StringBuilder(HEAD);
		for (Fault fault : Fault.values()) {
			for (String kind : List.of("warm", "cold", "next")) {
				configuration
					.append(ROUTE.replace("<id>", fault.route(kind)).replace("<url>", idp.url(fault.behaviour)));
			}
		}
		other = TokenEndpoint.start();
		gateway = TestGateway.start(configuration + OTHER, Map.of("upstream", upstream.url(), "other", other.url()),
				Counting.class);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		other.close();
		idp.close();
	}

	@ParameterizedTest
	@Order(1)
	@EnumSource
	void requestsWhenTokenEndpointFailsThenAsTheTableSaysAndHealed(Fault fault) {
		assertThat(status(fault.route("warm"))).isEqualTo(200);
		fault.begin();
		Timed first;
		int requests;
		try {
			Counting.requests.set(0);
			first = timed(fault.route("cold"));
			requests = Counting.requests.get();
			assertThat(first.status()).isEqualTo(fault.status);
			assertThat(first.time()).isLessThan(ACQUISITION_TIMEOUT.plusSeconds(1));
			Mono<List<Integer>> warm = Flux.interval(Duration.ofMillis(5))
				.take(400)
				.onBackpressureBuffer()
				.concatMap((tick) -> call(fault.route("warm")))
				.collectList();
			Mono<List<Integer>> others = Flux.range(0, 12)
				.concatMap((number) -> call(fault.route("cold")))
				.take(Duration.ofSeconds(8))
				.collectList();
			Tuple2<List<Integer>, List<Integer>> both = Objects
				.requireNonNull(Mono.zip(warm, others).block(Duration.ofSeconds(60)));
			assertThat(both.getT1()).hasSize(400).containsOnly(200);
			assertThat(othersThan(fault)).hasSize(20).allSatisfy((timed) -> {
				assertThat(timed.status()).isEqualTo(200);
				assertThat(timed.time()).isLessThan(Duration.ofSeconds(1));
			});
			// Once the circuit is open, those who come get 503 at once.
			assertThat(both.getT2()).isSubsetOf(fault.status, 503);
		}
		catch (AssertionError ex) {
			// For the sake of the faults after this one.
			fault.end();
			throw ex;
		}
		fault.end();
		Duration healed = untilHealed(fault.route("next"));
		assertThat(healed).isLessThan(BREAKER_WAIT.plusSeconds(2));
		table.add("| %s | 200 | %d | %.1f s | %d | %.1f s |".formatted(fault.description, first.status(),
				seconds(first.time()), requests, seconds(healed)));
	}

	@Test
	@Order(2)
	void tableWhenWrittenThenStatusesOfTheDocumentation() throws IOException {
		Files.write(Path.of("target", "faults.md"), table);
		List<String> documented = Files.readAllLines(Path.of("..", "docs", "faults.md"));
		assertThat(table).hasSize(Fault.values().length).allSatisfy((row) -> {
			String statuses = row.substring(0, row.indexOf(" s |")).replaceFirst("\\| [^|]*$", "|");
			assertThat(documented).anyMatch((line) -> line.startsWith(statuses));
		});
	}

	/** Callers of a route whose token endpoint is another. */
	private static List<Timed> othersThan(Fault fault) {
		List<Timed> others = new ArrayList<>();
		for (int number = 0; number < 20; number++) {
			others.add(timed("other?caller=" + fault + number));
		}
		return others;
	}

	private static Duration untilHealed(String route) {
		long start = System.nanoTime();
		Flux.interval(Duration.ofMillis(50))
			.onBackpressureDrop()
			.concatMap((tick) -> call(route))
			.takeUntil((status) -> status == 200)
			.blockLast(Duration.ofSeconds(30));
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static double seconds(Duration duration) {
		return Math.toIntExact(duration.toMillis()) / 1000.0;
	}

	private static Timed timed(String route) {
		long start = System.nanoTime();
		int status = status(route);
		return new Timed(status, Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
	}

	private static int status(String route) {
		Integer status = call(route).block(Duration.ofSeconds(20));
		return (status != null) ? status : 0;
	}

	private static Mono<Integer> call(String route) {
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", TestGateway.basic("caller", route)))
			.get()
			.uri(gateway.url() + "/" + route)
			.responseSingle((response, body) -> body.asString().thenReturn(response.status().code()));
	}

	private record Timed(int status, Duration time) {

	}

	/**
	 * Counts token requests, also those that reach no process.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Counting {

		private static final AtomicInteger requests = new AtomicInteger();

		@Bean
		AccessTokenClient countingTokenClient() {
			HttpAccessTokenClient client = new HttpAccessTokenClient(Clock.systemUTC(), 64);
			return new AccessTokenClient() {

				@Override
				public Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout) {
					return client.send(request, timeout).doOnSubscribe((subscription) -> requests.incrementAndGet());
				}

			};
		}

	}

}
