package io.oauthcc.gateway.actuate;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteDefinitionRepository;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Cloud Gateway's own endpoint shows of the filter's options, over real HTTP.
 */
class GatewayEndpointMaskIntegrationTests {

	private static final String CONFIGURATION = """
			management:
			  endpoint.gateway.access: unrestricted
			  endpoints.web.exposure.include: gateway
			test.upstream: <upstream>
			test.idp: <idp>
			oauth-cc.middlewares.named:
			  url: <idp>
			  clientId: named
			  clientSecret: hush-named
			oauth-cc.secrets.file-roots: /nowhere
			spring.cloud.gateway.server.webflux:
			  routes:
			    - id: spelt
			      uri: <upstream>
			      predicates: [Path=/spelt/**]
			      metadata: {owner: me}
			      order: 7
			      filters:
			        - name: AddRequestHeader
			          args: {name: X-Password, value: not-ours}
			        - name: OAuthClientCredentials
			          args:
			            url: <idp>?api_key=hush-query
			            client-id: shown-client
			            CLIENT_SECRET: hush-client
			            scopes: [shown-scope]
			            headers: {X-Api-Key: hush-header}
			            parameters: {ticket: hush-parameter}
			    - id: referring
			      uri: <upstream>
			      predicates: [Path=/referring/**]
			      filters:
			        - name: OAuthClientCredentials
			          args: {url: <idp>, clientId: other, clientSecret: 'urn:file:/nowhere/shown'}
			    - id: naming
			      uri: <upstream>
			      predicates: [Path=/naming/**]
			      filters: [OAuthClientCredentials=named]
			""";

	private static final String ADDED = """
			{
			  "uri": "<upstream>",
			  "predicates": ["Path=/%1$s/**"],
			  "filters": [
			    {"name": "OAuthClientCredentials", "args": {
			      "url": "<idp>", "clientID": "added", "clientSecret": "hush-added", "scopes[0]": "shown-scope"
			    }},
			    {"name": "AddResponseHeader", "args": {"name": "X-Secret", "value": "not-ours"}}
			  ]
			}
			""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = start(CONFIGURATION);
	}

	private static TestGateway start(String configuration) {
		return TestGateway.start(configuration, Map.of("idp", idp.url(), "upstream", upstream.url()), Located.class);
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
	}

	@ParameterizedTest
	@ValueSource(strings = { "/routedefinitions", "/routes", "/routes/spelt", "/routes/located",
			"/routes/spelt/combinedfilters", "/globalfilters", "/routefilters", "/routepredicates" })
	void readWhenSecretsStandInlineThenShowsNone(String path) {
		assertThat(read(gateway.client(), "/actuator/gateway" + path)).doesNotContain("hush");
	}

	@Test
	void routeDefinitionsWhenReadThenShowWhatIsNoSecret() {
		JsonNode spelt = definition("spelt");
		assertThat(spelt.at("/order").asInt()).isEqualTo(7);
		assertThat(spelt.at("/metadata/owner").asString()).isEqualTo("me");
		assertThat(spelt.at("/uri").asString()).isEqualTo(upstream.url());
		assertThat(spelt.at("/predicates/0/name").asString()).isEqualTo("Path");
		assertThat(args(spelt, 0)).isEqualTo(Map.of("name", "X-Password", "value", "not-ours"));
		assertThat(args(spelt, 1))
			.isEqualTo(Map.of("url", idp.url() + "?******", "client-id", "shown-client", "CLIENT_SECRET", "******",
					"scopes.0", "shown-scope", "headers.X-Api-Key", "******", "parameters.ticket", "******"));
		assertThat(args(definition("referring"), 0)).containsEntry("clientSecret", "urn:file:/nowhere/shown");
		assertThat(args(definition("naming"), 0)).isEqualTo(Map.of("_genkey_0", "named"));
	}

	@Test
	void routeDefinitionsWhenBeanHasThemThenBeanKeepsItsSecrets() {
		Located located = gateway.context().getBean(Located.class);
		assertThat(args(definition("located"), 0).values()).containsOnly("******", idp.url(), "shown-client");
		assertThat(located.definition.getFilters().get(0).getArgs()).containsValue("hush-located")
			.doesNotContainValue("******");
		assertThat(sent("/located")).isEqualTo(basic("shown-client", "hush-located"));
	}

	@Test
	void jsonWhenOfApplicationThenAsItIs() {
		assertThat(read(gateway.client(), "/own")).contains("hush-located");
	}

	@Test
	void routeWhenAddedThenWorksWithItsSecretAndShowsNone() {
		add("added");
		assertThat(read(gateway.client(), "/actuator/gateway/routedefinitions")).doesNotContain("hush");
		assertThat(args(definition("added"), 0)).isEqualTo(
				Map.of("url", idp.url(), "clientID", "added", "clientSecret", "******", "scopes[0]", "shown-scope"));
		assertThat(args(definition("added"), 1)).containsEntry("value", "not-ours");
		RouteDefinition written = Objects
			.requireNonNull(gateway.context().getBean(Repository.class).routes.get("added"));
		assertThat(written.getFilters().get(0).getArgs()).containsEntry("clientSecret", "hush-added");
		assertThat(sent("/added")).isEqualTo(basic("added", "hush-added"));
		assertThat(sent("/spelt")).isEqualTo(basic("shown-client", "hush-client"));
	}

	@Test
	void routeWhenDeletedThenGone() {
		add("deleted");
		gateway.client().delete().uri("/actuator/gateway/routes/deleted").exchange().expectStatus().isOk();
		refresh();
		gateway.client().get().uri("/deleted/x").exchange().expectStatus().isNotFound();
	}

	private static void add(String id) {
		gateway.client()
			.post()
			.uri("/actuator/gateway/routes/" + id)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(ADDED.formatted(id).replace("<idp>", idp.url()).replace("<upstream>", upstream.url()))
			.exchange()
			.expectStatus()
			.isCreated();
		refresh();
	}

	private static void refresh() {
		gateway.client().post().uri("/actuator/gateway/refresh").exchange().expectStatus().isOk();
	}

	/** How the gateway authenticates itself for a call. */
	private static String sent(String path) {
		idp.reset();
		gateway.client().get().uri(path + "/x").exchange().expectStatus().isOk();
		assertThat(idp.calls()).hasSize(1);
		return idp.calls().get(0).authorization();
	}

	private static String basic(String id, String secret) {
		return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
	}

	private static JsonNode definition(String id) {
		for (JsonNode route : new JsonMapper().readTree(read(gateway.client(), "/actuator/gateway/routedefinitions"))) {
			if (route.path("id").asString().equals(id)) {
				return route;
			}
		}
		throw new AssertionError("There is no route " + id);
	}

	private static Map<String, String> args(JsonNode route, int filter) {
		Map<String, String> args = new LinkedHashMap<>();
		route.at("/filters/" + filter + "/args")
			.properties()
			.forEach((arg) -> args.put(arg.getKey(), arg.getValue().asString()));
		return args;
	}

	private static String read(WebTestClient client, String path) {
		String body = client.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		assertThat(body).isNotEmpty();
		return String.valueOf(body);
	}

	/**
	 * An application with places of its own for routes.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Located {

		private final RouteDefinition definition = new RouteDefinition();

		@Bean
		RouteDefinitionLocator located(Environment environment) {
			FilterDefinition filter = new FilterDefinition();
			filter.setName("OAuthClientCredentials");
			filter.addArg("url", environment.getRequiredProperty("test.idp"));
			filter.addArg("clientId", "shown-client");
			filter.addArg("client-secret", "hush-located");
			this.definition.setId("located");
			this.definition.setUri(URI.create(environment.getRequiredProperty("test.upstream")));
			this.definition.setPredicates(List.of(new PredicateDefinition("Path=/located/**")));
			this.definition.setFilters(List.of(filter));
			return () -> Flux.just(this.definition);
		}

		@Bean
		Repository repository() {
			return new Repository();
		}

		@Bean
		Own own() {
			return new Own(this);
		}

	}

	/**
	 * Keeps what is written to it.
	 */
	static class Repository implements RouteDefinitionRepository {

		private final Map<String, RouteDefinition> routes = new ConcurrentHashMap<>();

		@Override
		public Mono<Void> save(Mono<RouteDefinition> route) {
			return route.doOnNext((saved) -> this.routes.put(String.valueOf(saved.getId()), saved)).then();
		}

		@Override
		public Mono<Void> delete(Mono<String> routeId) {
			return routeId.doOnNext(this.routes::remove).then();
		}

		@Override
		public Flux<RouteDefinition> getRouteDefinitions() {
			return Flux.fromIterable(this.routes.values());
		}

	}

	/**
	 * Serializes a definition for a purpose of its own.
	 */
	@RestController
	static class Own {

		private final Located located;

		Own(Located located) {
			this.located = located;
		}

		@GetMapping("/own")
		RouteDefinition own() {
			return this.located.definition;
		}

	}

}
