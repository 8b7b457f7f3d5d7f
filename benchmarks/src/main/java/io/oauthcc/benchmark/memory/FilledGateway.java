package io.oauthcc.benchmark.memory;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import io.micrometer.observation.ObservationRegistry;
import io.oauthcc.benchmark.UnservedRequest;
import io.oauthcc.gateway.filter.Middlewares;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory.Config;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import io.oauthcc.gateway.token.client.HttpAccessTokenClient;
import io.oauthcc.gateway.token.client.JwtAccessTokenVerifier;
import io.oauthcc.gateway.token.client.ResilienceSettings;
import io.oauthcc.gateway.token.client.ResilientTokenEndpoints;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

/**
 * The filter at application level with all that is behind it, as the auto-configuration
 * puts it together, and applications that call through it, each with its own credentials.
 */
final class FilledGateway implements AutoCloseable {

	private static final int AT_ONCE = 32;

	private final HttpAccessTokenClient client = new HttpAccessTokenClient(Clock.systemUTC(), 256);

	private final CachingAccessTokenSource tokens;

	private final GatewayFilter filter;

	/**
	 * Create a gateway without a token.
	 * @param url the token endpoint
	 * @param options further options of the filter
	 * @param maximumSize how many tokens it keeps at most
	 * @param client changes how the token endpoint is asked
	 */
	FilledGateway(String url, Map<String, String> options, int maximumSize, UnaryOperator<AccessTokenClient> client) {
		TokenActivities activities = new TokenActivities();
		ResilientTokenEndpoints endpoints = new ResilientTokenEndpoints(client.apply(this.client),
				new ResilienceSettings(50, Duration.ofSeconds(30), 10, Duration.ofSeconds(5), 256), Clock.systemUTC());
		this.tokens = new CachingAccessTokenSource(endpoints, new JwtAccessTokenVerifier(Clock.systemUTC()), null,
				Clock.systemUTC(), maximumSize, activities, ObservationRegistry.NOOP);
		Middlewares middlewares = new Middlewares(new StandardEnvironment(), new TokenKeyGenerator(), this.tokens, null,
				new Secrets(List.of()), null, Duration.ZERO, Clock.systemUTC(), activities);
		// A machine that is busy with other things is no fault here.
		Config config = new Config().setUrl(url)
			.with("clientConfig.timeoutSeconds", "60")
			.with("clientConfig.acquisitionTimeout", "60s");
		options.forEach(config::with);
		this.filter = new OAuthClientCredentialsGatewayFilterFactory(middlewares, Clock.systemUTC()).apply(config);
	}

	/** Each of so many clients calls once, and its call gets through. */
	void callOfEach(int clients) {
		Flux.range(0, clients).flatMap(this::call, AT_ONCE).blockLast();
	}

	private Mono<Boolean> call(int client) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.AUTHORIZATION, "Basic " + credentials(client));
		ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/orders/1"))
			.mutate()
			.request(new UnservedRequest("/orders/1", headers))
			.build();
		AtomicBoolean passed = new AtomicBoolean();
		return this.filter.filter(exchange, (with) -> Mono.fromRunnable(() -> passed.set(true)))
			.then(Mono.fromCallable(() -> {
				if (!passed.get()) {
					throw new IllegalStateException(
							"Client %d was answered %s".formatted(client, exchange.getResponse().getStatusCode()));
				}
				return true;
			}));
	}

	private static String credentials(int client) {
		return Base64.getEncoder()
			.encodeToString("client-%07d:secret-of-%07d".formatted(client, client).getBytes(StandardCharsets.UTF_8));
	}

	long tokens() {
		return this.tokens.size();
	}

	@Override
	public void close() {
		this.tokens.destroy();
		this.client.destroy();
	}

}
