package io.oauthcc.gateway.actuate;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.observation.OAuthCcMeter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionWriter;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator sees of a gateway in which everything that can be wrong is.
 */
class OperationsIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc:
			  defaults:
			    clientConfig.maxRetries: 0
			    cache.minTokenAge: 1s
			  secrets.file-roots: <secrets>
			  health.critical: cri_tical, route:callers
			  middlewares:
			    good:
			      url: <idp>/good?key=hush-query
			      clientId: gateway-client
			      clientSecret: hush-secret
			      scopes: [orders, billing]
			      audience: https://orders.example
			      parameters.api_key: hush-parameter
			    refused:
			      url: <idp>/refused
			      clientId: refused-client
			      clientSecret: hush-secret
			    gone:
			      url: http://127.0.0.1:<closed>/token
			      clientId: gone-client
			      clientSecret: hush-secret
			    lacking:
			      url: <idp>/lacking
			      clientId: lacking-client
			      clientSecret: urn:file:<secrets>/absent
			    present:
			      url: <idp>/present
			      clientId: present-client
			      clientSecret: urn:file:<secrets>/present
			    stored:
			      url: <idp>/stored
			      clientId: stored-client
			      clientSecret: hush-secret
			      store:
			        keyPrefix: 'fleet:'
			        secret: hush-store-secret-0123456789-abc
			        redis.endpoints: 127.0.0.1:<closed>
			    asking:
			      url: <idp>/asking
			      clientId: asking-client
			      clientSecret: hush-secret
			      scopes: [orders, 'urn:file:<secrets>/scope']
			      audience: urn:file:<secrets>/scope
			    unused:
			      url: <idp>/unused
			      audience: https://orders.example/?key=hush-key
			    critical:
			      url: <idp>/critical
			      clientId: critical-client
			      clientSecret: hush-secret
			spring.cloud.gateway.server.webflux.routes:
			  - {id: good-1, uri: <upstream>, predicates: [Path=/good/**], filters: [OAuthClientCredentials=good]}
			  - {id: good-2, uri: <upstream>, predicates: [Path=/good-2/**], filters: [OAuthClientCredentials=good]}
			  - {id: refused, uri: <upstream>, predicates: [Path=/refused/**], filters: [OAuthClientCredentials=refused]}
			  - {id: gone, uri: <upstream>, predicates: [Path=/gone/**], filters: [OAuthClientCredentials=gone]}
			  - {id: lacking, uri: <upstream>, predicates: [Path=/lacking/**], filters: [OAuthClientCredentials=lacking]}
			  - {id: present, uri: <upstream>, predicates: [Path=/present/**], filters: [OAuthClientCredentials=present]}
			  - {id: stored, uri: <upstream>, predicates: [Path=/stored/**], filters: [OAuthClientCredentials=stored]}
			  - {id: critical, uri: <upstream>, predicates: [Path=/critical/**], filters: [OAuthClientCredentials=critical]}
			  - id: callers
			    uri: <upstream>
			    predicates: [Path=/callers/**]
			    filters:
			      - name: OAuthClientCredentials
			        args: {url: <idp>/callers, claims: 'Equals(`group`,`dev`)'}
			management:
			  endpoints.web.exposure.include: '*'
			  endpoint.oauthcc.access: unrestricted
			  endpoint.health.show-details: always
			  endpoint.health.probes.enabled: true
			""";

	@TempDir
	static Path secrets;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws IOException {
		Files.writeString(secrets.resolve("present"), "hush-secret");
		Files.writeString(secrets.resolve("scope"), "hush-scope");
		idp = TokenEndpoint.start();
		idp.answer(OperationsIntegrationTests::answer);
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url(), "secrets",
				secrets.toString(), "closed", Integer.toString(closedPort())));
	}

	private static TokenEndpoint.Answer answer(TokenEndpoint.Call call) {
		return call.uri().contains("/refused") ? TokenEndpoint.error(400, "invalid_scope")
				: TokenEndpoint.token("hush-token-" + call.uri().length(), 600);
	}

	private static int closedPort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		upstream.reset();
		idp.reset();
		idp.answer(OperationsIntegrationTests::answer);
	}

	@Test
	void endpointWhenMiddlewareWorksThenAllThatIsKnownOfIt() {
		assertThat(get("/good/x")).isEqualTo(200);
		assertThat(get("/good/x")).isEqualTo(200);
		JsonNode good = read("/actuator/oauthcc/good");
		assertThat(good.path("state").asString()).isEqualTo("working");
		assertThat(good.path("level").asString()).isEqualTo("gateway");
		assertThat(texts(good.path("routes"))).containsExactlyInAnyOrder("good-1", "good-2");
		assertThat(good.path("clientId").asString()).isEqualTo("gateway-client");
		assertThat(good.path("tokenEndpoint").path("host").asString()).isEqualTo("127.0.0.1:" + idp.port());
		assertThat(good.path("tokenEndpoint").path("breaker").asString()).isEqualTo("closed");
		assertThat(good.path("tokenEndpoint").path("clientAuthentication").asString()).isEqualTo("client_secret_basic");
		assertThat(texts(good.path("scopes"))).containsExactly("orders", "billing");
		assertThat(good.path("audience").asString()).isEqualTo("https://orders.example");
		assertThat(good.path("tokens").path("cached").asInt()).isEqualTo(1);
		assertThat(good.path("tokens").path("inFlight").asInt()).isZero();
		assertThat(good.path("tokens").path("nearestExpiry").asString()).isNotEmpty();
		assertThat(good.path("acquired").path("memory").asInt()).isPositive();
		assertThat(good.path("acquired").path("endpoint").asInt()).isPositive();
		assertThat(good.path("lastSuccess").asString()).isNotEmpty();
		assertThat(good.has("lastFailure")).isFalse();
		assertThat(good.has("store")).isFalse();
	}

	@Test
	void endpointWhenTokenEndpointRefusesThenWhyAndHowManyAreRemembered() {
		assertThat(get("/refused/x")).isEqualTo(502);
		assertThat(get("/refused/x")).isEqualTo(502);
		JsonNode refused = read("/actuator/oauthcc/refused");
		assertThat(refused.path("lastFailure").path("failure").asString()).isEqualTo("grant_refused");
		assertThat(refused.path("lastFailure").path("message").asString()).contains("invalid_scope");
		assertThat(refused.path("lastFailure").path("at").asString()).isNotEmpty();
		assertThat(refused.path("tokens").path("refused").asInt()).isEqualTo(1);
		assertThat(counter(OAuthCcMeter.TOKEN_REFUSALS, "refused")).isPositive();
	}

	@Test
	void endpointWhenSecretIsMissingThenWhichAndWhatToDo() {
		assertThat(get("/lacking/x")).isEqualTo(503);
		JsonNode lacking = read("/actuator/oauthcc/lacking");
		assertThat(lacking.path("state").asString()).isEqualTo("lacking-secrets");
		assertThat(lacking.path("secrets").path(0).path("reference").asString())
			.isEqualTo("urn:file:" + secrets + "/absent");
		assertThat(lacking.path("secrets").path(0).path("state").asString()).isEqualTo("missing");
		assertThat(lacking.path("secrets").path(0).path("reason").asString()).isNotEmpty();
		assertThat(lacking.path("secrets").path(0).path("action").asString()).isNotEmpty();
		assertThat(read("/actuator/oauthcc/present").path("secrets").path(0).path("state").asString())
			.isEqualTo("present");
		assertThat(value(OAuthCcMeter.SECRETS_MISSING, Map.of())).isEqualTo(1);
	}

	@Test
	void endpointWhenTokenEndpointIsGoneThenBreakerOpens() {
		for (int call = 0; call < 12; call++) {
			assertThat(get("/gone/x")).isEqualTo(503);
		}
		JsonNode gone = read("/actuator/oauthcc/gone");
		assertThat(gone.path("tokenEndpoint").path("breaker").asString()).isEqualTo("open");
		// How it failed, not that it is left alone since.
		assertThat(gone.path("lastFailure").path("failure").asString()).isEqualTo("unreachable");
		assertThat(value(OAuthCcMeter.TOKEN_ENDPOINT_OPEN, Map.of("middleware", "gone"))).isEqualTo(1);
		JsonNode health = read("/actuator/health").path("components").path("oauthCc");
		assertThat(health.path("status").asString()).isEqualTo("UP");
		assertThat(health.path("components").path("gone").path("details").path("state").asString())
			.isEqualTo("token endpoint left alone, token endpoint fails");
	}

	@Test
	void endpointWhenStandsOnRouteThenByItsIdAndNothingOfCallers() {
		assertThat(call("/callers/x", "hush-caller", "hush-caller-secret")).isEqualTo(502);
		JsonNode callers = read("/actuator/oauthcc/route:callers");
		assertThat(callers.path("level").asString()).isEqualTo("application");
		assertThat(texts(callers.path("routes"))).containsExactly("callers");
		assertThat(callers.has("clientId")).isFalse();
		assertThat(counter(OAuthCcMeter.CLAIMS_REJECTED, "route:callers")).isPositive();
	}

	@Test
	void endpointWhenStoreIsGoneThenSaidAndCallsGoOn() {
		assertThat(get("/stored/x")).isEqualTo(200);
		JsonNode stored = read("/actuator/oauthcc/stored").path("store");
		assertThat(stored.path("available").asBoolean(true)).isFalse();
		assertThat(stored.path("keyPrefix").asString()).isEqualTo("fleet:");
		assertThat(stored.path("endpoints").asString()).startsWith("127.0.0.1:");
		assertThat(value(OAuthCcMeter.STORE_AVAILABLE, Map.of())).isZero();
	}

	@Test
	void logWhenAtDebugThenExplainsEachDecisionOfOneCall() {
		Logger logger = (Logger) LoggerFactory.getLogger("io.oauthcc.gateway.filter.TokenFilter");
		ListAppender<ILoggingEvent> events = new ListAppender<>();
		events.start();
		logger.addAppender(events);
		logger.setLevel(Level.DEBUG);
		try {
			assertThat(call("/callers/x", "hush-caller-2", "hush-caller-secret")).isEqualTo(502);
			assertThat(get("/refused/x")).isEqualTo(502);
		}
		finally {
			logger.setLevel(null);
			logger.detachAppender(events);
		}
		assertThat(events.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
			.allSatisfy((line) -> assertThat(line).doesNotContain("hush-"))
			.anySatisfy(
					(line) -> assertThat(line).contains("route:callers on route callers: its token is not in memory"))
			.anySatisfy((line) -> assertThat(line).contains("route:callers on route callers: its token has come"))
			.anySatisfy((line) -> assertThat(line).contains("answered 502 (AUTHORIZATION_SERVER_FAULTY)"))
			.anySatisfy(
					(line) -> assertThat(line).contains("refused on route refused: answered 502 (GATEWAY_REFUSED)"));
		assertThat(events.list)
			.allSatisfy((event) -> assertThat(event.getKeyValuePairs().stream().map((pair) -> pair.key))
				.containsExactly("middleware", "route", "request"));
	}

	@Test
	void endpointWhenNameIsSpelledOtherwiseThenTheSameMiddleware() {
		assertThat(read("/actuator/oauthcc/GO_OD")).isEqualTo(read("/actuator/oauthcc/good"));
	}

	@Test
	void endpointWhenMiddlewareIsUnknownThenNotFound() {
		exchange(HttpMethod.GET, "/actuator/oauthcc/unknown", 404);
		exchange(HttpMethod.DELETE, "/actuator/oauthcc/unknown", 404);
	}

	@Test
	void tokensWhenDeletedThenObtainedAnew() {
		assertThat(get("/present/x")).isEqualTo(200);
		assertThat(get("/good/x")).isEqualTo(200);
		int before = idp.calls().size();
		exchange(HttpMethod.DELETE, "/actuator/oauthcc/present", 204);
		assertThat(get("/good/x")).isEqualTo(200);
		assertThat(idp.calls()).hasSize(before);
		await().atMost(Duration.ofSeconds(10)).until(() -> get("/present/x") == 200 && idp.calls().size() > before);
		int afterOne = idp.calls().size();
		assertThat(read("/actuator/oauthcc/present").path("tokens").path("cached").asInt()).isEqualTo(1);
		exchange(HttpMethod.DELETE, "/actuator/oauthcc", 204);
		assertThat(read("/actuator/oauthcc/good").path("tokens").path("cached").asInt()).isZero();
		assertThat(get("/good/x")).isEqualTo(200);
		assertThat(idp.calls()).hasSizeGreaterThan(afterOne);
	}

	@Test
	void healthWhenCriticalMiddlewareFailsThenDownAndUpAgain() {
		idp.answer(TokenEndpoint.error(401, "invalid_client"));
		assertThat(get("/critical/x")).isEqualTo(502);
		JsonNode health = read("/actuator/health", 503);
		assertThat(health.path("status").asString()).isEqualTo("DOWN");
		assertThat(
				health.path("components").path("oauthCc").path("components").path("critical").path("status").asString())
			.isEqualTo("DOWN");
		assertThat(read("/actuator/health/liveness").path("status").asString()).isEqualTo("UP");
		assertThat(read("/actuator/health/readiness").path("status").asString()).isEqualTo("UP");
		idp.answer(TokenEndpoint.token("hush-token", 600));
		// A refusal is remembered for a moment.
		await().atMost(Duration.ofSeconds(20)).until(() -> get("/critical/x") == 200);
		assertThat(read("/actuator/health").path("status").asString()).isEqualTo("UP");
	}

	@Test
	void healthWhenCallerBringsFailureAboutThenNotDown() {
		idp.answer(TokenEndpoint.error(400, "invalid_request"));
		assertThat(call("/callers/x", "hush-odd-caller", "hush-caller-secret")).isEqualTo(502);
		JsonNode callers = read("/actuator/health").path("components")
			.path("oauthCc")
			.path("components")
			.path("route:callers");
		assertThat(callers.path("status").asString()).isEqualTo("UP");
		assertThat(callers.path("details").path("state").asString()).isEqualTo("token endpoint fails");
		idp.answer(TokenEndpoint.error(500, "server_error"));
		assertThat(call("/callers/x", "hush-other-caller", "hush-caller-secret")).isEqualTo(502);
		assertThat(read("/actuator/health", 503).path("status").asString()).isEqualTo("DOWN");
		idp.answer(OperationsIntegrationTests::answer);
		assertThat(call("/callers/x", "hush-good-caller", "hush-caller-secret")).isEqualTo(502);
		assertThat(read("/actuator/health").path("status").asString()).isEqualTo("UP");
	}

	@Test
	void metersWhenCalledThenEachIsAsDocumented() {
		get("/good/x");
		get("/stored/x");
		get("/refused/x");
		MeterRegistry registry = gateway.context().getBean(MeterRegistry.class);
		List<Meter> ours = registry.getMeters()
			.stream()
			.filter((meter) -> meter.getId().getName().startsWith("oauthcc.")
					&& !meter.getId().getName().endsWith(".active"))
			.toList();
		assertThat(ours).isNotEmpty().allSatisfy((meter) -> {
			OAuthCcMeter documented = Arrays.stream(OAuthCcMeter.values())
				.filter((known) -> known.meterName().equals(meter.getId().getName()))
				.findFirst()
				.orElseThrow(() -> new AssertionError("Not documented: " + meter.getId()));
			List<String> tags = new ArrayList<>(documented.tags().stream().map(OAuthCcMeter.Tag::key).toList());
			if (documented.type() == OAuthCcMeter.Type.TIMER) {
				// Micrometer's own.
				tags.add("error");
			}
			assertThat(meter.getId().getTags().stream().map((tag) -> tag.getKey()))
				.containsExactlyInAnyOrderElementsOf(tags);
		});
		assertThat(ours.stream().map((meter) -> meter.getId().getName()).distinct().toList())
			.containsAll(Arrays.stream(OAuthCcMeter.values())
				.filter((meter) -> meter != OAuthCcMeter.STORE_COMMAND)
				.map(OAuthCcMeter::meterName)
				.toList());
	}

	@Test
	void metersWhenRoutesComeAndGoThenGoWithThem() {
		for (int number = 0; number < 3; number++) {
			change((routes) -> routes.save(Mono.just(passingRoute())));
			await().atMost(Duration.ofSeconds(20)).until(() -> counters("route:passing") > 0);
			change((routes) -> routes.delete(Mono.just("passing")));
			// The gateway's own cache of routes must let go of it as well.
			await().atMost(Duration.ofSeconds(20)).until(() -> {
				System.gc();
				change((routes) -> Mono.empty());
				return counters("route:passing") == 0;
			});
		}
		assertThat(counters("route:callers")).isPositive();
	}

	private static long counters(String middleware) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((meter) -> middleware.equals(meter.getId().getTag("middleware")))
			.count();
	}

	private static RouteDefinition passingRoute() {
		FilterDefinition filter = new FilterDefinition();
		filter.setName("OAuthClientCredentials");
		filter.addArg("url", idp.url() + "/passing");
		RouteDefinition route = new RouteDefinition();
		route.setId("passing");
		route.setUri(URI.create(upstream.url()));
		route.getPredicates().add(new PredicateDefinition("Path=/passing/**"));
		route.getFilters().add(filter);
		return route;
	}

	private static void change(Function<RouteDefinitionWriter, Mono<Void>> change) {
		change.apply(gateway.context().getBean(RouteDefinitionWriter.class)).block(Duration.ofSeconds(5));
		gateway.context().publishEvent(new RefreshRoutesEvent(gateway));
	}

	@Test
	void endpointWhenAudienceHasQueryThenShownWithoutIt() {
		assertThat(read("/actuator/oauthcc/unused").path("audience").asString())
			.isEqualTo("https://orders.example/?******");
	}

	@Test
	void everythingWhenReadThenShowsNoSecretNoTokenAndNoCaller() {
		get("/good/x");
		call("/callers/x", "hush-caller", "hush-caller-secret");
		for (String endpoint : List.of("oauthcc", "oauthcc/good", "health", "metrics", "env", "configprops", "beans",
				"conditions", "mappings", "threaddump", "loggers", "metrics/oauthcc.token.request",
				"metrics/oauthcc.token.acquisition")) {
			String body = exchange(HttpMethod.GET, "/actuator/" + endpoint, 200);
			assertThat(body).as(endpoint).isNotEmpty().doesNotContain("hush-");
		}
	}

	private static double counter(OAuthCcMeter meter, String middleware) {
		return value(meter, Map.of("middleware", middleware));
	}

	private static double value(OAuthCcMeter meter, Map<String, String> tags) {
		return gateway.context()
			.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.filter((each) -> each.getId().getName().equals(meter.meterName()))
			.filter((each) -> tags.entrySet()
				.stream()
				.allMatch((tag) -> tag.getValue().equals(each.getId().getTag(tag.getKey()))))
			.mapToDouble((each) -> each.measure().iterator().next().getValue())
			.sum();
	}

	private static List<String> texts(JsonNode array) {
		return array.valueStream().map(JsonNode::asString).toList();
	}

	private static JsonNode read(String path) {
		return read(path, 200);
	}

	private static JsonNode read(String path, int status) {
		return JsonMapper.shared().readTree(exchange(HttpMethod.GET, path, status));
	}

	private static String exchange(HttpMethod method, String path, int status) {
		EntityExchangeResult<String> result = gateway.client()
			.method(method)
			.uri(path)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectBody(String.class)
			.returnResult();
		return Objects.requireNonNullElse(result.getResponseBody(), "");
	}

	private static int get(String path) {
		return gateway.client().get().uri(path).exchange().expectBody().returnResult().getStatus().value();
	}

	private static int call(String path, String id, String secret) {
		return gateway.client()
			.get()
			.uri(path)
			.header("Authorization", TestGateway.basic(id, secret))
			.exchange()
			.expectBody()
			.returnResult()
			.getStatus()
			.value();
	}

}
