package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import org.springframework.cloud.gateway.event.RefreshRoutesEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway that stops in the middle of things, and one whose routes are made anew all
 * the time.
 */
class ShutdownIntegrationTests {

	private static final String CONFIGURATION = """
			server.shutdown: <shutdown>
			spring.cloud.gateway.server.webflux.routes:
			  - id: orders
			    uri: <upstream>
			    predicates: [Path=/orders/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			""";

	@Test
	void closeWhenTokenRequestsAreUnderWayThenNoErrorLine() {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		String gatewayAddress;
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		try (TokenEndpoint idp = TokenEndpoint.start(); Upstream upstream = Upstream.start()) {
			TestGateway gateway = gateway(idp, upstream, "immediate");
			gatewayAddress = "R:127.0.0.1/127.0.0.1:" + gateway.port();
			// One token that is due, renewed in the background; and one somebody waits
			// for.
			idp.answer((call) -> TokenEndpoint.token("token", 4));
			call(gateway, "renewing").block(Duration.ofSeconds(10));
			idp.delay(Duration.ofSeconds(30));
			await().atMost(Duration.ofSeconds(10)).until(() -> {
				call(gateway, "renewing").block(Duration.ofSeconds(10));
				return idp.calls().size() == 2;
			});
			CompletableFuture<Integer> waiting = call(gateway, "waiting").onErrorReturn(0).toFuture();
			await().atMost(Duration.ofSeconds(10)).until(() -> idp.calls().size() == 3);
			log.start();
			root.addAppender(log);
			gateway.close();
			waiting.join();
		}
		finally {
			root.detachAppender(log);
		}
		// The caller of this test, which shares the log, may well say that it was cut
		// off.
		assertThat(log.list).filteredOn((event) -> !event.getFormattedMessage().contains(gatewayAddress))
			.noneMatch((event) -> event.getLevel().isGreaterOrEqual(Level.WARN));
	}

	@Test
	void refreshWhenRepeatedThenNothingIsLeftBehind() {
		try (TokenEndpoint idp = TokenEndpoint.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = gateway(idp, upstream, "graceful")) {
			assertThat(call(gateway, "caller").block(Duration.ofSeconds(10))).isEqualTo(200);
			refresh(gateway, 100);
			long threads = threads();
			long heap = usedHeap();
			refresh(gateway, 400);
			long growth = (usedHeap() - heap) / 1024;
			assertThat(growth).as("KiB more heap").isLessThan(4 * 1024);
			assertThat(threads()).isLessThanOrEqualTo(threads + 2);
			assertThat(call(gateway, "caller").block(Duration.ofSeconds(10))).isEqualTo(200);
			assertThat(idp.calls()).hasSize(1);
		}
	}

	private static TestGateway gateway(TokenEndpoint idp, Upstream upstream, String shutdown) {
		return TestGateway.start(CONFIGURATION,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "shutdown", shutdown));
	}

	private static void refresh(TestGateway gateway, int times) {
		for (int count = 0; count < times; count++) {
			gateway.context().publishEvent(new RefreshRoutesEvent(gateway));
		}
	}

	private static long threads() {
		return Thread.getAllStackTraces().size();
	}

	private static long usedHeap() {
		for (int count = 0; count < 3; count++) {
			System.gc();
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private static Mono<Integer> call(TestGateway gateway, String clientId) {
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", TestGateway.basic(clientId, "secret")))
			.get()
			.uri(gateway.url() + "/orders/x")
			.responseSingle(
					(response, body) -> body.asString().defaultIfEmpty("").thenReturn(response.status().code()));
	}

}
