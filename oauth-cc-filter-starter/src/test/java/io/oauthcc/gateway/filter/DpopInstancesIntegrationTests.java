package io.oauthcc.gateway.filter;

import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.Upstream.Received;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service with several instances, between which a load balancer goes round, and each of
 * which wants a nonce of its own.
 */
class DpopInstancesIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.middlewares.bound:
			  url: <idp>
			  dpop: true
			spring.cloud.gateway.server.webflux.routes:
			  - id: bound
			    uri: http://orders.invalid
			    predicates: [Path=/**]
			    filters: [OAuthClientCredentials=bound]
			""";

	private final TokenEndpoint idp = TokenEndpoint.start();

	private final List<Upstream> instances = List.of(Upstream.start(), Upstream.start(), Upstream.start(),
			Upstream.start());

	private final TestGateway gateway = TestGateway.start(CONFIGURATION, Map.of("idp", this.idp.url()), Balancer.class);

	@BeforeEach
	void start() {
		this.idp.answer(TokenEndpoint.Answer.of(200, "{\"access_token\":\"a\",\"token_type\":\"DPoP\"}"));
		this.instances.forEach((instance) -> instance.answer((call) -> answer(instance, call)));
	}

	@AfterEach
	void stop() {
		this.gateway.close();
		this.instances.forEach(Upstream::close);
		this.idp.close();
	}

	private static Upstream.Answer answer(Upstream instance, Received call) {
		String nonce = "nonce-of-" + instance.url().replaceAll(".*:", "");
		return nonce.equals(nonceOf(call)) ? new Upstream.Answer(200, "", Map.of()) : new Upstream.Answer(401, "",
				Map.of("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce", nonce));
	}

	private static Object nonceOf(Received call) {
		try {
			Object nonce = SignedJWT.parse(call.headers().getOrDefault("DPoP", List.of("")).get(0))
				.getJWTClaimsSet()
				.getClaim("nonce");
			return (nonce != null) ? nonce : "none";
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void instanceWhenAnotherWantsItsNonceAsWellThenGetsIt() {
		balance(2);
		assertThat(status()).isEqualTo(200);
		assertThat(received()).isEqualTo(3);
		assertThat(status()).isEqualTo(200);
		assertThat(received()).isEqualTo(4);
		assertThat(this.idp.calls()).hasSize(1);
	}

	@Test
	void instancesWhenTooManyWantTheirNoncesThenTheLastAnswerPasses() {
		balance(4);
		assertThat(status()).isEqualTo(401);
		assertThat(received()).isEqualTo(4);
		assertThat(status()).isEqualTo(200);
	}

	private void balance(int count) {
		this.gateway.context()
			.getBean(RoundRobin.class)
			.between(this.instances.stream().limit(count).map(Upstream::url).toList());
	}

	private int status() {
		return this.gateway.client()
			.get()
			.uri("/x")
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic("caller", "secret"))
			.exchange()
			.expectBody()
			.returnResult()
			.getStatus()
			.value();
	}

	private int received() {
		return this.instances.stream().mapToInt((instance) -> instance.received().size()).sum();
	}

	@Configuration(proxyBeanMethods = false)
	static class Balancer {

		@Bean
		RoundRobin roundRobin() {
			return new RoundRobin();
		}

	}

	/** Where Spring Cloud Gateway's own load balancer acts. */
	static final class RoundRobin implements GlobalFilter, Ordered {

		private final AtomicInteger turns = new AtomicInteger();

		private volatile List<String> urls = List.of();

		void between(List<String> urls) {
			this.urls = urls;
		}

		@Override
		public int getOrder() {
			return 10150;
		}

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
			URI url = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
			URI instance = URI.create(this.urls.get(this.turns.getAndIncrement() % this.urls.size()));
			exchange.getAttributes()
				.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
						UriComponentsBuilder.fromUri(url)
							.host(instance.getHost())
							.port(instance.getPort())
							.build(true)
							.toUri());
			return chain.filter(exchange);
		}

	}

}
