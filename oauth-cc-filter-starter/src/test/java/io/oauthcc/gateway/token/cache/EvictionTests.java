package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A thousand clients call again and again while a hundred thousand new ones come, each of
 * which calls a few times and never again: ten times as many as there is room for.
 */
class EvictionTests {

	private static final int ROOM = 10_000;

	private static final int IN_USE = 1000;

	private static final int NEW = 100_000;

	/** So many new ones come between two calls of the same client that is in use. */
	private static final int BETWEEN = 5000;

	/**
	 * Of those in use, how many are to have the token at the end that they began with.
	 */
	private static final double KEPT = 0.95;

	private final MutableClock clock = new MutableClock();

	private final AtomicInteger asked = new AtomicInteger();

	private final AccessTokenRequests requests = new TokenKeyGenerator().requestsOf(TestGrants.grant().build());

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void tokensWhenManyNewClientsThenThoseInUseAreKept(int callsOfNewOne) {
		CachingAccessTokenSource source = source();
		double kept = keptUnderFlood(
				(request) -> source.getToken(request, Admission.FREE).blockOptional().orElseThrow(), callsOfNewOne);
		assertThat(kept).isGreaterThanOrEqualTo(KEPT);
		assertThat(source.size()).isLessThanOrEqualTo(ROOM);
		assertThat(source.pushedOut()).isGreaterThanOrEqualTo(NEW - ROOM);
		source.destroy();
	}

	/** What the test is worth: with a cache that throws out the oldest it would fail. */
	@Test
	void tokensWhenTheOldestIsThrownOutThenThoseInUseAreNotKept() {
		Map<TokenKey, AccessToken> oldestFirst = new LinkedHashMap<>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<TokenKey, AccessToken> eldest) {
				return size() > ROOM;
			}

		};
		double kept = keptUnderFlood((request) -> oldestFirst.computeIfAbsent(request.key(), (key) -> newToken()), 1);
		assertThat(kept).isLessThan(KEPT);
	}

	/** The share of clients in use whose token is still the first one. */
	private double keptUnderFlood(Tokens tokens, int callsOfNewOne) {
		AccessToken[] first = new AccessToken[IN_USE];
		for (int client = 0; client < IN_USE; client++) {
			first[client] = tokens.of(request("used", client));
		}
		for (int client = 0; client < NEW; client++) {
			for (int call = 0; call < callsOfNewOne; call++) {
				tokens.of(request("new", client));
			}
			if (client % (BETWEEN / IN_USE) == 0) {
				tokens.of(request("used", client / (BETWEEN / IN_USE) % IN_USE));
			}
		}
		int kept = 0;
		for (int client = 0; client < IN_USE; client++) {
			kept += (tokens.of(request("used", client)) == first[client]) ? 1 : 0;
		}
		return (double) kept / IN_USE;
	}

	private AccessTokenRequest request(String kind, int client) {
		return this.requests.with(ClientCredentials.of(kind + client, "hush-secret"));
	}

	private CachingAccessTokenSource source() {
		TokenEndpoints endpoints = (request, standing, deadline) -> Mono.fromSupplier(this::newToken);
		return new CachingAccessTokenSource(endpoints, (token, grant, deadline) -> Mono.error(new AssertionError()),
				null, this.clock, ROOM, new TokenActivities(), ObservationRegistry.NOOP);
	}

	private AccessToken newToken() {
		return new AccessToken("token-" + this.asked.incrementAndGet(), null, this.clock.instant(),
				this.clock.instant().plus(Duration.ofHours(1)), this.clock.instant().plus(Duration.ofHours(1)));
	}

	@FunctionalInterface
	private interface Tokens {

		AccessToken of(AccessTokenRequest request);

	}

}
