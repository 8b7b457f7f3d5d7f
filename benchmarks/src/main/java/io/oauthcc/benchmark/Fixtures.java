package io.oauthcc.benchmark;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequests;
import io.oauthcc.gateway.token.CachePolicy;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.RequestLimits;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenEndpointLocation;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TransportSettings;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import reactor.core.publisher.Mono;

/**
 * What the benchmarks measure with: real credentials' lengths, tokens of 900 characters,
 * and a token endpoint that answers at once.
 */
final class Fixtures {

	/** As long as a UUID and what identity providers generate for it. */
	static final String CLIENT_ID = "7f8d3f7c-0a59-4e0c-9f0e-2f6f6e1f3f55";

	static final String CLIENT_SECRET = "Vq7xR2mT9pL4sK8wZ1nB6cD3fG5hJ0yA";

	static final String AUTHORIZATION = "Basic "
			+ Base64.getEncoder().encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(StandardCharsets.UTF_8));

	private static final String TOKEN = "t".repeat(900);

	static final String BEARER = "Bearer " + TOKEN;

	private Fixtures() {
	}

	/** A cache in front of an endpoint that answers at once. */
	static CachingAccessTokenSource tokens(long maximumSize) {
		return new CachingAccessTokenSource((request, standing, deadline) -> Mono.fromSupplier(Fixtures::token),
				(token, grant, deadline) -> Mono.empty(), null, Clock.systemUTC(), maximumSize, new TokenActivities(),
				ObservationRegistry.NOOP);
	}

	/** The requests of callers with the usual options. */
	static AccessTokenRequests requests() {
		return new TokenKeyGenerator()
			.requestsOf(
					new ClientCredentialsGrant("benchmark",
							new TokenEndpointLocation.Configured(URI.create("http://127.0.0.1/token")),
							ClientAuthentication.CLIENT_SECRET_BASIC, null, true, List.of(), null, List.of(), Map.of(),
							Map.of(), new RequestLimits(Duration.ofSeconds(10), 3, Duration.ofSeconds(30)),
							new CachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(24), true,
									Duration.ZERO, Duration.ofSeconds(5)),
							null, TransportSettings.DEFAULT, null, null));
	}

	private static AccessToken token() {
		Instant now = Instant.now();
		return new AccessToken(TOKEN, null, now, now.plusSeconds(86_400), now.plusSeconds(86_000));
	}

}
