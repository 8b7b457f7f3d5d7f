package io.oauthcc.gateway.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many time series there are depends on routes, and not on callers. Calls go straight
 * to what obtains tokens, since there are many.
 */
class CardinalityIntegrationTests {

	private static final int ROUTES = 200;

	private static final int FEW_CALLERS = 100;

	private static final int MANY_CALLERS = 10_000;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String RIGHT = "hush-secret";

	private static final String WRONG = "hush-wrong";

	/** Hits, renewals, refusals, 429, 401 of services, claims, and what is measured. */
	private static final int OF_MIDDLEWARE = 1 + 2 + 1 + 1 + 3 + 2 + 3;

	/** Number, sum and maximum. */
	private static final int OF_TIMER = 3;

	/** Requests and acquisitions. */
	private static final int UNDER_WAY = 2;

	/** Requests and acquisitions that succeed, and those that are refused. */
	private static final int ENDED = 2 + 2;

	private static final int OF_EACH_ROUTE = OF_MIDDLEWARE + (UNDER_WAY + ENDED) * OF_TIMER;

	/** Cache, verification, secrets, store. */
	private static final int OF_GATEWAY = 6;

	@Test
	@Timeout(60)
	void seriesWhenManyCallersThenAsManyAsWithFew() {
		try (TestGateway gateway = TestGateway.start("", Map.of(), Doubled.class)) {
			AccessTokenSource tokens = gateway.context().getBean(CachingAccessTokenSource.class);
			List<AccessTokenRequests> routes = IntStream.range(0, ROUTES)
				.mapToObj(CardinalityIntegrationTests::route)
				.toList();
			for (int route = 0; route < ROUTES; route++) {
				String caller = "client-" + route % FEW_CALLERS;
				assertThat(isGranted(tokens, routes.get(route).with(ClientCredentials.of(caller, RIGHT)))).isTrue();
				assertThat(isGranted(tokens, routes.get(route).with(ClientCredentials.of(caller, WRONG)))).isFalse();
			}
			long few = series(gateway);
			assertThat(few).isEqualTo(ROUTES * OF_EACH_ROUTE + OF_GATEWAY);
			AtomicInteger asked = gateway.context().getBean(AtomicInteger.class);
			asked.set(0);
			for (int caller = 0; caller < MANY_CALLERS; caller++) {
				assertThat(isGranted(tokens,
						routes.get(caller % ROUTES).with(ClientCredentials.of("another-" + caller, RIGHT))))
					.isTrue();
			}
			assertThat(asked).hasValue(MANY_CALLERS);
			assertThat(series(gateway)).isEqualTo(few);
		}
	}

	@Test
	void pageWhenReadThenSaysHowManySeries() throws IOException {
		int failures = AccessTokenFailure.values().length + List.of("cancelled", "other").size();
		int requests = 1 + failures;
		int acquisitions = 3 + failures;
		int most = OF_MIDDLEWARE + (requests + acquisitions + UNDER_WAY) * OF_TIMER;
		assertThat(Files.readString(Path.of("..", "docs", "metrics.md"))).contains(
				String.format(Locale.ENGLISH, "have %,d series", ROUTES * OF_EACH_ROUTE + OF_GATEWAY),
				": %d for each".formatted(OF_EACH_ROUTE), "has %d series from the start".formatted(OF_MIDDLEWARE),
				"at most %d for each".formatted(most));
	}

	/** As the options of a route make them. */
	private static AccessTokenRequests route(int number) {
		return new TokenKeyGenerator().requestsOf(TestGrants.grant()
			.name("route:route-" + number)
			.tokenUri("http://127.0.0.1:1/%d".formatted(number))
			.build());
	}

	private static boolean isGranted(AccessTokenSource tokens, AccessTokenRequest request) {
		return Boolean.TRUE.equals(tokens.getToken(request, Admission.FREE)
			.map((token) -> true)
			.onErrorReturn(AccessTokenException.class, false)
			.block(PATIENCE));
	}

	private static long series(TestGateway gateway) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("oauthcc."))
			.flatMap((Meter meter) -> StreamSupport.stream(meter.measure().spliterator(), false))
			.count();
	}

	/**
	 * A token endpoint that is asked without a connection.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Doubled {

		@Bean
		AtomicInteger asked() {
			return new AtomicInteger();
		}

		@Bean
		AccessTokenClient accessTokenClient(AtomicInteger asked) {
			return (request, timeout) -> {
				asked.incrementAndGet();
				return WRONG.equals(request.credentials().clientSecret())
						? Mono.error(new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "No"))
						: Mono.just(new AccessTokenResponse("token", Duration.ofHours(1), null));
			};
		}

	}

}
