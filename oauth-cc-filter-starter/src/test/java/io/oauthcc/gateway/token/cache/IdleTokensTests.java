package io.oauthcc.gateway.token.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tokens of a gateway that nobody calls any more. With the real time: it is about how
 * clocks and schedulers agree.
 */
class IdleTokensTests {

	/** That some are left behind is a matter of chance for each. */
	private static final int GATEWAYS = 100;

	private static final int CLIENTS = 20;

	/** Caffeine waits for a second at least before it looks again. */
	private static final int USABLE_MILLIS = 1200;

	private final AccessTokenRequests requests = new TokenKeyGenerator().requestsOf(TestGrants.grant().build());

	@Test
	void sizeWhenTokensHaveExpiredThenNoneIsLeft() {
		List<CachingAccessTokenSource> sources = new ArrayList<>();
		for (int gateway = 0; gateway < GATEWAYS; gateway++) {
			CachingAccessTokenSource source = source();
			for (int client = 0; client < CLIENTS; client++) {
				ClientCredentials caller = ClientCredentials.ofCaller("client-" + client, "secret", "Basic");
				assertThat(source.getToken(this.requests.with(caller), Admission.FREE).block()).isNotNull();
			}
			sources.add(source);
		}
		assertThat(sources).anySatisfy((source) -> assertThat(source.size()).isPositive());
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(sources).extracting(CachingAccessTokenSource::size).containsOnly(0L));
		sources.forEach(CachingAccessTokenSource::destroy);
	}

	/** Their lives differ by what comes after the millisecond they are counted from. */
	private static CachingAccessTokenSource source() {
		TokenEndpoints endpoints = (request, standing, deadline) -> Mono.fromSupplier(() -> {
			Instant now = Instant.now();
			Instant end = now.plusMillis(USABLE_MILLIS + Math.floorMod(request.key().first(), 300));
			return new AccessToken("token", null, now, end, end);
		});
		return new CachingAccessTokenSource(endpoints, (token, grant, deadline) -> Mono.empty(), null,
				Clock.systemUTC(), 1000, new TokenActivities(), ObservationRegistry.NOOP);
	}

}
