package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many callers at once, over real HTTP: the token endpoint hears of one.
 */
class HerdIntegrationTests {

	private static final int CALLERS = 500;

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			  - id: gateway
			    uri: <upstream>
			    predicates: [Path=/gateway/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientId: herd
			          clientSecret: herd-secret
			  - id: cancelling
			    uri: <upstream>
			    predicates: [Path=/cancelling/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientId: cancelling
			          clientSecret: cancelling-secret
			  - id: short
			    uri: <upstream>
			    predicates: [Path=/short/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          clientId: short
			          clientSecret: short-secret
			""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	private static ConnectionProvider connections;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()));
		connections = ConnectionProvider.builder("callers").maxConnections(CALLERS).pendingAcquireMaxCount(-1).build();
	}

	@AfterAll
	static void stop() {
		connections.dispose();
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@ParameterizedTest
	@CsvSource({ "/gateway/x", "/application/x" })
	void callersWhenKeyIsColdThenOneTokenRequest(String path) {
		idp.delay(Duration.ofMillis(500));
		List<Integer> statuses = Flux.range(0, CALLERS)
			.flatMap((caller) -> call(path, "herd-secret"), CALLERS)
			.collectList()
			.block(Duration.ofSeconds(60));
		assertThat(statuses).hasSize(CALLERS).containsOnly(200);
		assertThat(idp.calls()).hasSize(1);
		assertThat(upstream.received()).hasSize(CALLERS);
	}

	@ParameterizedTest
	@CsvSource({ "/cancelling/x", "/application/x" })
	void callersWhenHalfOfThemCancelThenTheOthersAreServed(String path) {
		idp.delay(Duration.ofSeconds(2));
		// The first caller, whose request started the fetch, is among those who go away.
		Disposable first = call(path, "cancel-secret").subscribe();
		await().atMost(Duration.ofSeconds(10)).until(() -> idp.calls().size() == 1);
		List<Disposable> leaving = IntStream.range(1, CALLERS / 2)
			.mapToObj((caller) -> call(path, "cancel-secret").subscribe())
			.toList();
		Mono<List<Integer>> staying = Flux.range(0, CALLERS / 2)
			.flatMap((caller) -> call(path, "cancel-secret"), CALLERS)
			.collectList()
			.doOnSubscribe((subscription) -> {
				first.dispose();
				leaving.forEach(Disposable::dispose);
			});
		assertThat(staying.block(Duration.ofSeconds(60))).hasSize(CALLERS / 2).containsOnly(200);
		assertThat(idp.calls()).hasSize(1);
	}

	@Test
	void callersWhenTokenLivesTwentySecondsThenOneTokenRequestInFive() {
		idp.answer(TokenEndpoint.token("short-lived", 20));
		// Spring Security's fixed skew of 60 s would ask for each of these.
		List<Integer> statuses = Flux.interval(Duration.ofMillis(10))
			.take(Duration.ofSeconds(5))
			.onBackpressureDrop()
			.flatMap((tick) -> call("/short/x", "none"), 50)
			.collectList()
			.block(Duration.ofSeconds(30));
		assertThat(statuses).hasSizeGreaterThan(100).containsOnly(200);
		assertThat(idp.calls()).hasSize(1);
	}

	private static Mono<Integer> call(String path, String secret) {
		return HttpClient.create(connections)
			.headers((headers) -> headers.set("Authorization", TestGateway.basic("herd", secret)))
			.get()
			.uri(gateway.url() + path)
			.responseSingle((response, body) -> body.asString().thenReturn(response.status().code()));
	}

}
