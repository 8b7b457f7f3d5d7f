package io.oauthcc.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.oauthcc.gateway.filter.Middlewares;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory.Config;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.Admission;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.EndpointState;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenTally;
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
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

/**
 * The filter with a warm token: without claims, and with an expression of three terms and
 * four forwarded headers.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClaimsBenchmark {

	private static final String CLAIMS = """
			{"iss":"https://idp.example","sub":"billing","active":true,"grp":"admin","scope":"reader writer deploy",
			"areas":["office","home"],"tenant":{"name":"blue"}}""";

	/** Whose credentials: the gateway's own, or the caller's, which cost a digest. */
	@Param({ "gateway", "application" })
	public String level = "gateway";

	@Param({ "none", "claims", "headers", "both" })
	public String asked = "none";

	private GatewayFilter filter = (exchange, chain) -> Mono.empty();

	private ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	private final GatewayFilterChain chain = (exchange) -> Mono.empty();

	@Setup
	public void prepare() {
		Middlewares middlewares = new Middlewares(new StandardEnvironment(), new TokenKeyGenerator(), new WarmToken(),
				null, new Secrets(List.of()), null, Duration.ZERO, Clock.systemUTC(), new TokenActivities());
		Config config = new Config().setUrl("http://127.0.0.1/token");
		if (this.level.equals("gateway")) {
			config.setClientId("id").setClientSecret("secret");
		}
		if (this.asked.equals("claims") || this.asked.equals("both")) {
			config.with("claims",
					"Equals(`grp`, `admin`) && SplitContains(`scope`, ` `, `writer`) && OneOf(`areas`, `home`, `lab`)");
		}
		if (this.asked.equals("headers") || this.asked.equals("both")) {
			config.with("forwardHeaders.X-Group", "grp")
				.with("forwardHeaders.X-Tenant", "tenant.name")
				.with("forwardHeaders.X-Areas", "areas")
				.with("forwardHeaders.X-Subject", "sub");
		}
		this.filter = new OAuthClientCredentialsGatewayFilterFactory(middlewares, Clock.systemUTC()).apply(config);
		this.exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/orders/1")
			.header("Authorization", "Basic aWQ6c2VjcmV0")
			.header("Accept", "application/json")
			.header("Accept-Encoding", "gzip")
			.header("Accept-Language", "en")
			.header("User-Agent", "benchmark")
			.header("X-Request-Id", "0af7651916cd43dd8448eb211c80319c")
			.header("X-Forwarded-For", "192.0.2.7")
			.header("X-Forwarded-Proto", "https")
			.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
	}

	/** Sends the request on, to nowhere. */
	@Benchmark
	public Object filter() {
		return this.filter.filter(this.exchange, this.chain).subscribe();
	}

	private static final class WarmToken implements AccessTokenSource {

		private final AccessToken token = new AccessToken(
				encode("{\"alg\":\"RS256\"}") + "." + encode(CLAIMS) + ".c2ln", null, Instant.now(),
				Instant.now().plusSeconds(3600), Instant.now().plusSeconds(3600));

		private static String encode(String text) {
			return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
		}

		@Override
		public AccessToken find(AccessTokenRequest request) {
			return this.token;
		}

		@Override
		public Mono<AccessToken> getToken(AccessTokenRequest request, Admission admission) {
			return Mono.just(this.token);
		}

		@Override
		public void prefetch(AccessTokenRequest request) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void prepare(ClientCredentialsGrant grant) {
			// It is warm.
		}

		@Override
		public boolean drop(AccessTokenRequest request, AccessToken refused) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void dropAll(ClientCredentialsGrant grant, TokenKey family) {
			throw new UnsupportedOperationException();
		}

		@Override
		public AccessToken peek(AccessTokenRequest request) {
			return this.token;
		}

		@Override
		public EndpointState stateOf(ClientCredentialsGrant grant) {
			return EndpointState.CLOSED;
		}

		@Override
		public boolean isStoreAvailable(ClientCredentialsGrant grant) {
			return false;
		}

		@Override
		public Map<TokenKey, TokenTally> tally() {
			return Map.of();
		}

	}

}
