package io.oauthcc.gateway.filter;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.ClientAuthentication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionWriter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Routes from the Java DSL and routes that are added while the gateway runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class DefinitionsIntegrationTests {

	private static final String CONFIGURATION = """
			test.upstream: <upstream>
			test.idp: <idp>
			oauth-cc.middlewares.named:
			  url: <idp>
			  clientId: named
			  clientSecret: named-secret
			spring.cloud.gateway.server.webflux.routes:
			  - id: old
			    uri: <upstream>
			    predicates: [Path=/old/**]
			    filters: [OAuthClientCredentials=named]
			""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()), Dsl.class);
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
	}

	@Test
	void routeWhenFromDslThenServes() {
		gateway.client().get().uri("/dsl/x").exchange().expectStatus().isOk();
		assertThat(upstream.received()).singleElement()
			.satisfies((call) -> assertThat(call.authorization()).hasSize(1).first().asString().startsWith("Bearer "));
		assertThat(idp.calls()).singleElement()
			.satisfies((call) -> assertThat(call.form()).containsEntry("client_id", "dsl")
				.containsEntry("scope", "one two")
				.containsEntry("audience", "https://api.example"));
	}

	@Test
	void routeWhenFromDslByNameThenServes() {
		gateway.client().get().uri("/dsl-named/x").exchange().expectStatus().isOk();
		assertThat(upstream.received()).singleElement()
			.satisfies((call) -> assertThat(call.authorization()).hasSize(1));
	}

	@Test
	void routeWhenAddedWhileRunningThenServes() {
		add("added", filter(Map.of("url", idp.url(), "clientID", "added", "clientSecret", "s", "scopes[0]", "a",
				"scopes[1]", "b", "clientConfig.timeoutSeconds", "3")));
		gateway.client().get().uri("/added/x").exchange().expectStatus().isOk();
		assertThat(idp.calls()).singleElement()
			.satisfies((call) -> assertThat(call.form()).containsEntry("scope", "a b"));
	}

	@Test
	void routeWhenAddedWrongThenAnswers503AndTheOthersGoOn(CapturedOutput output) {
		add("wrong", filter(Map.of("url", idp.url(), "clientId", "x", "clientSecrt", "do-not-show")));
		for (int refresh = 0; refresh < 3; refresh++) {
			refresh();
		}
		gateway.client()
			.get()
			.uri("/wrong/x")
			.exchange()
			.expectStatus()
			.isEqualTo(503)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectHeader()
			.exists(HttpHeaders.RETRY_AFTER);
		assertThat(upstream.received()).isEmpty();
		assertThat(idp.calls()).isEmpty();
		add("after-wrong", filter(Map.of("url", idp.url(), "clientId", "x", "clientSecret", "s")));
		gateway.client().get().uri("/after-wrong/x").exchange().expectStatus().isOk();
		gateway.client().get().uri("/old/x").exchange().expectStatus().isOk();
		assertThat(output.toString().split("clientSecrt: unknown option, did you mean 'clientSecret'", -1)).hasSize(2);
		assertThat(output).doesNotContain("do-not-show");
	}

	@Test
	void routeWhenAddedWithNameThatBindingAltersThenAnswers503(CapturedOutput output) {
		add("altered", filter(
				Map.of("url", idp.url(), "clientId", "x", "clientSecret", "s", "parameters.urn:x!y", "do-not-show")));
		gateway.client().get().uri("/altered/x").exchange().expectStatus().isEqualTo(503);
		assertThat(idp.calls()).isEmpty();
		assertThat(output).contains("parameters.urn:x!y: has a character").doesNotContain("do-not-show");
	}

	@Test
	void routeWhenAddedWithPlaceholderThenReadsNoProperty() {
		add("curious", filter(Map.of("url", idp.url(), "clientId", "x", "clientSecret", "s", "audience",
				"${oauth-cc.middlewares.named.clientSecret}")));
		gateway.client().get().uri("/curious/x").exchange().expectStatus().isEqualTo(503);
		assertThat(idp.calls()).isEmpty();
	}

	@Test
	void tokenWhenRoutesAreRefreshedThenStays() {
		add("kept", filter(Map.of("url", idp.url(), "clientId", "kept", "clientSecret", "s")));
		gateway.client().get().uri("/kept/x").exchange().expectStatus().isOk();
		refresh();
		gateway.client().get().uri("/kept/x").exchange().expectStatus().isOk();
		assertThat(idp.calls()).hasSize(1);
	}

	private static FilterDefinition filter(Map<String, String> args) {
		FilterDefinition filter = new FilterDefinition();
		filter.setName("OAuthClientCredentials");
		filter.setArgs(args);
		return filter;
	}

	private static void add(String id, FilterDefinition filter) {
		RouteDefinition route = new RouteDefinition();
		route.setId(id);
		route.setUri(URI.create(upstream.url()));
		route.setPredicates(List.of(new PredicateDefinition("Path=/" + id + "/**")));
		route.setFilters(List.of(filter));
		gateway.context().getBean(RouteDefinitionWriter.class).save(Mono.just(route)).block(Duration.ofSeconds(5));
		refresh();
		RouteLocator routes = gateway.context().getBean(RouteLocator.class);
		await().atMost(Duration.ofSeconds(10))
			.until(() -> routes.getRoutes().any((candidate) -> candidate.getId().equals(id)).block());
	}

	private static void refresh() {
		gateway.context().publishEvent(new RefreshRoutesEvent(DefinitionsIntegrationTests.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class Dsl {

		@Bean
		RouteLocator dslRoutes(RouteLocatorBuilder builder, OAuthClientCredentialsGatewayFilterFactory oauth,
				Environment environment) {
			String upstreamUrl = environment.getRequiredProperty("test.upstream");
			String idpUrl = environment.getRequiredProperty("test.idp");
			return builder.routes()
				.route("dsl",
						(route) -> route.path("/dsl/**")
							.filters((filters) -> filters.filter(oauth.apply((config) -> config.setUrl(idpUrl)
								.setClientId("dsl")
								.setClientSecret("dsl-secret")
								.setAudience("https://api.example")
								.setClientAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
								.setScopes("one", "two"))))
							.uri(upstreamUrl))
				.route("dsl-named",
						(route) -> route.path("/dsl-named/**")
							.filters(
									(filters) -> filters.filter(oauth.apply((config) -> config.setMiddleware("named"))))
							.uri(upstreamUrl))
				.build();
		}

	}

}
