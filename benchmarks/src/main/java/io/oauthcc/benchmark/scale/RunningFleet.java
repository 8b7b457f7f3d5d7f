package io.oauthcc.benchmark.scale;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.CachePolicy;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.RequestLimits;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenEndpointLocation;
import io.oauthcc.gateway.token.TokenEndpoints;
import io.oauthcc.gateway.token.TransportSettings;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import io.oauthcc.gateway.token.redis.RedisTokenStores;
import reactor.core.publisher.Mono;

/**
 * The tokens of a fleet: the sources of several gateways in one process, a real Redis,
 * and a token endpoint that counts.
 */
final class RunningFleet implements AutoCloseable {

	private static final Duration TOKEN_ENDPOINT = Duration.ofMillis(10);

	/** Between two calls of a client through the same gateway. */
	private static final Duration BETWEEN_CALLS = Duration.ofMillis(100);

	private static final Duration UNTIL_CONNECTED = Duration.ofSeconds(20);

	private final Fleet fleet;

	private final RedisClient redis;

	private final AtomicLong asked = new AtomicLong();

	private final String keyPrefix;

	private final List<Gateway> gateways;

	/**
	 * Start a fleet.
	 * @param fleet its size
	 * @param port the port of its Redis, which nobody else uses
	 * @param keyPrefixes the {@code keyPrefix} of each gateway: the same, if they share
	 */
	RunningFleet(Fleet fleet, int port, IntFunction<String> keyPrefixes) {
		this.fleet = fleet;
		this.redis = RedisClient.create(RedisURI.create("127.0.0.1", port));
		this.keyPrefix = keyPrefixes.apply(0);
		this.gateways = IntStream.range(0, fleet.gateways())
			.mapToObj((number) -> gateway(port, keyPrefixes.apply(number)))
			.toList();
	}

	private Gateway gateway(int port, String keyPrefix) {
		StoreSettings settings = new StoreSettings(keyPrefix, "scale-store-secret-0123456789-ab", List.of(),
				Duration.ofSeconds(2), Duration.ofSeconds(3), new RedisSettings(false, List.of("127.0.0.1:" + port),
						false, null, null, null, 0, null, Duration.ofSeconds(2)));
		ClientCredentialsGrant grant = new ClientCredentialsGrant("scale",
				new TokenEndpointLocation.Configured(URI.create("http://127.0.0.1/token")),
				ClientAuthentication.CLIENT_SECRET_BASIC, null, true, List.of(), null, List.of(), Map.of(), Map.of(),
				new RequestLimits(Duration.ofSeconds(5), 0, Duration.ofSeconds(10)),
				new CachePolicy(Duration.ofSeconds(30), this.fleet.lifetime(), Duration.ofHours(24), true,
						Duration.ofSeconds(5), Duration.ofSeconds(5)),
				null, TransportSettings.DEFAULT, settings, null);
		RedisTokenStores stores = new RedisTokenStores(Clock.systemUTC(), () -> null, ObservationRegistry.NOOP);
		TokenEndpoints endpoints = (request, standing, deadline) -> Mono.defer(() -> {
			AccessTokenResponse response = new AccessTokenResponse("%0900d".formatted(this.asked.incrementAndGet()),
					this.fleet.lifetime(), null);
			Instant requestedAt = Clock.systemUTC().instant();
			return Mono.delay(TOKEN_ENDPOINT).map((any) -> request.grant().cachePolicy().accept(response, requestedAt));
		});
		CachingAccessTokenSource tokens = new CachingAccessTokenSource(endpoints,
				(token, unverified, deadline) -> Mono.empty(), stores, Clock.systemUTC(), 1_000_000,
				new TokenActivities(), ObservationRegistry.NOOP);
		AccessTokenRequests requests = stores.of(settings).keys().requestsOf(grant);
		tokens.prepare(grant);
		awaitConnected(tokens, grant);
		return new Gateway(tokens, stores,
				IntStream.range(0, this.fleet.clients())
					.mapToObj((client) -> requests.with(ClientCredentials.of("client-" + client, "secret")))
					.toList());
	}

	private static void awaitConnected(CachingAccessTokenSource tokens, ClientCredentialsGrant grant) {
		long deadline = System.nanoTime() + UNTIL_CONNECTED.toNanos();
		while (!tokens.isStoreAvailable(grant)) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("No connection to Redis");
			}
			LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
		}
	}

	/**
	 * Have all clients call through all gateways, and count.
	 * @param lives for how many lives of a token
	 */
	Measured measure(int lives) {
		Duration life = this.fleet.lifetime();
		// They come one after the other, so that their tokens do not all end at once.
		call(life, true);
		call(life, false);
		long asked = this.asked.get();
		RedisCounters before = RedisCounters.read(this.redis);
		long start = System.nanoTime();
		call(life.multipliedBy(lives), false);
		double seconds = (System.nanoTime() - start) / 1e9;
		RedisCounters after = RedisCounters.read(this.redis);
		long tokens = this.asked.get() - asked;
		return new Measured(this.fleet, tokens / seconds, (double) (after.commands() - before.commands()) / tokens,
				(after.cpuSeconds() - before.cpuSeconds()) / tokens,
				RedisCounters.bytesOfToken(this.redis, this.keyPrefix));
	}

	private void call(Duration time, boolean arriving) {
		long start = System.nanoTime();
		long elapsed = 0;
		while (elapsed < time.toNanos()) {
			int present = arriving ? (int) (this.fleet.clients() * elapsed / time.toNanos()) : this.fleet.clients();
			this.gateways.forEach((gateway) -> gateway.call(present));
			long pause = BETWEEN_CALLS.toNanos() - (System.nanoTime() - start - elapsed);
			LockSupport.parkNanos(Math.max(pause, 0));
			elapsed = System.nanoTime() - start;
		}
	}

	@Override
	public void close() {
		this.gateways.forEach(Gateway::close);
		this.redis.shutdown();
	}

	private record Gateway(CachingAccessTokenSource tokens, RedisTokenStores stores,
			List<AccessTokenRequest> requests) {

		void call(int clients) {
			for (AccessTokenRequest request : this.requests.subList(0, clients)) {
				if (this.tokens.find(request) == null) {
					this.tokens.getToken(request, Admission.FREE).subscribe();
				}
			}
		}

		void close() {
			this.tokens.destroy();
			this.stores.destroy();
		}

	}

	/**
	 * What was counted.
	 *
	 * @param fleet the fleet
	 * @param tokenRequests token requests a second
	 * @param commandsPerToken commands to Redis for each of them
	 * @param cpuPerToken seconds of Redis's processor for each of them
	 * @param bytesPerToken memory of Redis for one, with its key
	 */
	record Measured(Fleet fleet, double tokenRequests, double commandsPerToken, double cpuPerToken,
			double bytesPerToken) {

		/** By how much the formula is wrong, at most. */
		double deviation() {
			return Math.max(Math.abs(this.tokenRequests / this.fleet.tokenRequests() - 1),
					Math.abs(this.commandsPerToken / this.fleet.commandsPerToken() - 1));
		}

	}

}
