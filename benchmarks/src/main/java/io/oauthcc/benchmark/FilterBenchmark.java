package io.oauthcc.benchmark;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.oauthcc.gateway.filter.Middlewares;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory.Config;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

/**
 * What a request with a warm token costs in the filter, with the cache and the key, and
 * without HTTP: beside a filter that does nothing, one that sets a constant header as
 * plainly as can be, and Spring Cloud Gateway's own that sets one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FilterBenchmark {

	@Param({ "empty", "constant", "gateway", "application" })
	public String filter = "empty";

	private GatewayFilter measured = (exchange, chain) -> chain.filter(exchange);

	private ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	private final CachingAccessTokenSource tokens = Fixtures.tokens(1000);

	private final GatewayFilterChain chain = (exchange) -> Mono.empty();

	@Setup
	public void prepare() {
		this.measured = filterOf(this.filter);
		HttpHeaders headers = new HttpHeaders();
		headers.set("Host", "gateway.example");
		headers.set("Authorization", Fixtures.AUTHORIZATION);
		headers.set("Accept", "application/json");
		headers.set("Accept-Encoding", "gzip");
		headers.set("Accept-Language", "en");
		headers.set("User-Agent", "benchmark");
		headers.set("X-Request-Id", "0af7651916cd43dd8448eb211c80319c");
		headers.set("X-Forwarded-For", "192.0.2.7");
		headers.set("X-Forwarded-Proto", "https");
		headers.set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
		this.exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"))
			.mutate()
			.request(new UnservedRequest("/orders/1", headers))
			.build();
		this.exchange.getAttributes()
			.put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR,
					Route.async()
						.id("orders")
						.uri("http://127.0.0.1:9100")
						.predicate((any) -> true)
						.filter(this.measured)
						.build());
		this.measured.filter(this.exchange, this.chain).block();
	}

	GatewayFilter filterOf(String name) {
		Config config = new Config().setUrl("http://127.0.0.1/token");
		return switch (name) {
			case "empty" -> (exchange, chain) -> chain.filter(exchange);
			case "constant" -> FilterBenchmark::setConstant;
			case "gateway" -> factory().apply(config.setClientId("id").setClientSecret("secret"));
			case "application" -> factory().apply(config);
			default -> throw new IllegalArgumentException(name);
		};
	}

	private OAuthClientCredentialsGatewayFilterFactory factory() {
		Middlewares middlewares = new Middlewares(new StandardEnvironment(), new TokenKeyGenerator(), this.tokens, null,
				new Secrets(List.of()), null, Duration.ZERO, Clock.systemUTC(), new TokenActivities());
		return new OAuthClientCredentialsGatewayFilterFactory(middlewares, Clock.systemUTC());
	}

	private static Mono<Void> setConstant(ServerWebExchange exchange, GatewayFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest()
			.mutate()
			.headers((headers) -> headers.set(HttpHeaders.AUTHORIZATION, Fixtures.BEARER))
			.build();
		return chain.filter(exchange.mutate().request(request).build());
	}

	@TearDown
	public void close() {
		this.tokens.destroy();
	}

	/** Sends the request on, to nowhere. */
	@Benchmark
	public Object filter() {
		return this.measured.filter(this.exchange, this.chain).subscribe();
	}

}
