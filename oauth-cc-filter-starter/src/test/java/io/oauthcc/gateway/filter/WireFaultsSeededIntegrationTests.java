package io.oauthcc.gateway.filter;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.oauthcc.gateway.filter.TokenEndpointWires.Row;
import io.oauthcc.gateway.filter.TokenEndpointWires.Wire;
import io.oauthcc.gateway.fixture.WireFault;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.client.HttpAccessTokenClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The check of a row finds what it is there to find: gateways with a fault of their own,
 * and wires that fail otherwise than expected.
 */
class WireFaultsSeededIntegrationTests {

	@Test
	void checkWhenWireFailsOtherwiseThenTellsTheStatus() {
		Row otherwise = Row.of(WireFault.GARBAGE, Wire.PLAIN, "503, unreachable");
		assertThat(failure(otherwise)).hasMessageContaining("status after").hasMessageContaining("502");
	}

	@Test
	void checkWhenWireDoesNotFailThenTellsTheStatus() {
		Row whole = Row.of(WireFault.BYTE_BY_BYTE, Wire.PLAIN, "503, unreachable");
		assertThat(failure(whole)).hasMessageContaining("status after").hasMessageContaining("200");
	}

	@Test
	void checkWhenAnswerComesAtAnotherTimeThenTellsIt() {
		Row earlier = Row.of(WireFault.RESET_AFTER_REQUEST, Wire.PLAIN, "503, unreachable, late");
		assertThat(failure(earlier)).hasMessageContaining("time of the answer");
	}

	@Test
	void checkWhenGatewayKeepsRequestThatNobodyWaitsForThenTellsTheConnection() {
		Row stalled = Row.of(WireFault.STALLED_IN_BODY, Wire.PLAIN, "504, timeout, late");
		assertThat(failure(stalled, Clinging.class)).hasMessageContaining("connections left");
	}

	@Test
	void checkWhenGatewayMixesTokensUpThenTellsIt() {
		Row whole = Row.of(WireFault.ANSWERED_TWICE, Wire.PLAIN, "200");
		assertThat(failure(whole, Mixing.class)).hasMessageContaining("not its own token");
	}

	private static Throwable failure(Row row, Class<?>... configurations) {
		List<Row> rows = List.of(row);
		try (TokenEndpointWires wires = new TokenEndpointWires(rows, configurations)) {
			return Objects.requireNonNull(WireTable.check(rows, wires::check).get(row));
		}
	}

	/**
	 * A client one of whose requests has no time limit, and goes on when nobody wants it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Clinging {

		/** The pool has a connection for each of those that fail at once, so the last. */
		private static final int LAST_THAT_FAILS = 5;

		@Bean
		AccessTokenClient clingingTokenClient() {
			HttpAccessTokenClient client = new HttpAccessTokenClient(Clock.systemUTC(), 64);
			AtomicInteger requests = new AtomicInteger();
			return new AccessTokenClient() {

				@Override
				public Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout) {
					return Mono.defer(() -> (requests.incrementAndGet() == LAST_THAT_FAILS)
							? Mono.fromFuture(client.send(request, Duration.ofMinutes(1)).toFuture(), true)
							: client.send(request, timeout));
				}

			};
		}

	}

	/**
	 * A client that answers all with what it has got for the first.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Mixing {

		@Bean
		AccessTokenClient mixingTokenClient() {
			HttpAccessTokenClient client = new HttpAccessTokenClient(Clock.systemUTC(), 64);
			AtomicReference<@Nullable AccessTokenResponse> first = new AtomicReference<>();
			return new AccessTokenClient() {

				@Override
				public Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout) {
					return client.send(request, timeout).map((response) -> {
						first.compareAndSet(null, response);
						return Objects.requireNonNull(first.get());
					});
				}

			};
		}

	}

}
