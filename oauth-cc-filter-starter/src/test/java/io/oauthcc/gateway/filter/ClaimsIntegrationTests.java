package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.oauthcc.gateway.claims.TestJwts;
import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.OwnResources;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import redis.clients.jedis.Jedis;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionWriter;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What tokens say, and what becomes of it on the way to the service.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClaimsIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc:
			  access-log.enabled: true
			  defaults.url: <idp>
			spring.cloud.gateway.server.webflux.routes:
			  - id: plain
			    uri: <upstream>
			    predicates: [Path=/plain/**]
			    filters: [{name: OAuthClientCredentials, args: {url: <idp>}}]
			  - id: admins
			    uri: <upstream>
			    predicates: [Path=/admins/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          claims: 'Equals(`active`, `true`) && Equals(`grp`, `admin`)'
			  - id: others
			    uri: <upstream>
			    predicates: [Path=/others/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          claims: '!Equals(`grp`, `admin`)'
			  - id: headers
			    uri: <upstream>
			    predicates: [Path=/headers/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          forwardHeaders:
			            X-Group: grp
			            X-Active: active
			            X-Number: number
			            X-Areas: areas
			            X-Name: person.name
			            X-Person: person
			            X-Absent: nothing
			            X-Null: none
			  - id: user
			    uri: <upstream>
			    predicates: [Path=/user/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          usernameClaim: name
			""";

	private static final String ADMIN = """
			{"active":true,"grp":"admin","name":"hush-admin","areas":["office","home"],"number":1.0,"none":null,
			"person":{"name":"S\u00fcd","id":7}}""";

	private static final String TESTER = """
			{"active":true,"grp":"tester","name":"x\\r\\n1.2.3.4 - forged"}""";

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = gateway(CONFIGURATION);
	}

	private static TestGateway gateway(String configuration) {
		return TestGateway.start(configuration, Map.of("idp", idp.url(), "upstream", upstream.url()),
				OwnResources.class);
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
		idp.answer((call) -> TokenEndpoint.token(tokenFor(call.authorization())));
	}

	private static String tokenFor(String authorization) {
		String caller = new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())),
				StandardCharsets.UTF_8);
		if (caller.startsWith("opaque")) {
			return "hush-opaque";
		}
		return TestJwts.jwt(caller.startsWith("admin") ? ADMIN : TESTER);
	}

	@Test
	void claimsWhenTheyHoldThenServedElse403(CapturedOutput output) {
		assertThat(status(gateway, "/admins/x", "admin-1")).isEqualTo(200);
		call("/admins/x", "tester-1").expectStatus()
			.isForbidden()
			.expectHeader()
			.valueEquals("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")
			.expectBody(String.class)
			.value((body) -> assertThat(body).doesNotContain("grp", "tester"));
		assertThat(status(gateway, "/admins/x", "tester-1")).isEqualTo(403);
		assertThat(output.getOut().lines()).filteredOn((line) -> line.contains("do not hold"))
			.singleElement()
			.asString()
			.contains("route:admins", "Equals(`grp`, `admin`)")
			.doesNotContain("active", "tester");
		assertThat(upstream.received()).hasSize(1);
	}

	@Test
	void claimsWhenMiddlewaresDifferThenTheyShareTheTokenAndNotTheVerdict() {
		assertThat(status(gateway, "/plain/x", "admin-2")).isEqualTo(200);
		assertThat(status(gateway, "/admins/x", "admin-2")).isEqualTo(200);
		assertThat(status(gateway, "/others/x", "admin-2")).isEqualTo(403);
		assertThat(status(gateway, "/others/x", "tester-2")).isEqualTo(200);
		assertThat(status(gateway, "/admins/x", "tester-2")).isEqualTo(403);
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void claimsWhenManyAtOnceThenNoVerdictIsSwapped() {
		Map<String, Integer> statuses = new ConcurrentHashMap<>();
		Flux.range(0, 2000).flatMap((number) -> {
			String path = (number % 2 == 0) ? "/admins/x" : "/others/x";
			String caller = (number % 4 < 2) ? "admin-3" : "tester-3";
			return Callers.calling(gateway.url() + path, caller)
				.doOnNext((reply) -> statuses.merge(path + caller + reply.status(), 1, Integer::sum));
		}, 32).blockLast(Duration.ofSeconds(60));
		assertThat(statuses).containsOnly(Map.entry("/admins/xadmin-3200", 500), Map.entry("/others/xadmin-3403", 500),
				Map.entry("/admins/xtester-3403", 500), Map.entry("/others/xtester-3200", 500));
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void claimsWhenRouteComesLaterThenTheWarmTokenIsJudgedByIt() {
		String configuration = """
				oauth-cc.middlewares:
				  warm: {url: <idp>}
				  later: {url: <idp>, claims: '!Equals(`grp`, `admin`)'}
				spring.cloud.gateway.server.webflux.routes:
				  - id: warm
				    uri: <upstream>
				    predicates: [Path=/warm/**]
				    filters: [OAuthClientCredentials=warm]
				""";
		try (TestGateway another = gateway(configuration)) {
			assertThat(status(another, "/warm/x", "admin-4")).isEqualTo(200);
			RouteDefinition route = new RouteDefinition("later=" + upstream.url() + ",Path=/later/**");
			route.setFilters(List.of(new FilterDefinition("OAuthClientCredentials=later")));
			another.context().getBean(RouteDefinitionWriter.class).save(Mono.just(route)).block(Duration.ofSeconds(10));
			another.context().publishEvent(new RefreshRoutesEvent(another.context()));
			await().atMost(Duration.ofSeconds(10)).until(() -> status(another, "/later/x", "admin-4") != 404);
			assertThat(status(another, "/later/x", "admin-4")).isEqualTo(403);
			assertThat(status(another, "/later/x", "tester-4")).isEqualTo(200);
			assertThat(idp.calls()).hasSize(2);
		}
	}

	@Test
	void claimsWhenTokenComesFromRedisThenJudgedByIt() {
		String configuration = """
				oauth-cc.defaults:
				  url: <idp>
				  store:
				    secret: hush-store-secret-0123456789-001
				    redis.endpoints: 127.0.0.1:<redis>
				spring.cloud.gateway.server.webflux.routes:
				  - id: warm
				    uri: <upstream>
				    predicates: [Path=/x/**]
				    filters: [{name: OAuthClientCredentials, args: {<claims>}}]
				""";
		try (RedisProcess redis = RedisProcess.start();
				TestGateway warm = gateway(configuration.replace("<redis>", Integer.toString(redis.port()))
					.replace("<claims>", "audience: a"));
				TestGateway judging = gateway(configuration.replace("<redis>", Integer.toString(redis.port()))
					.replace("<claims>", "audience: a, claims: '!Equals(`grp`, `admin`)'"))) {
			for (TestGateway each : List.of(warm, judging)) {
				await().atMost(Duration.ofSeconds(30)).until(() -> {
					long before = redis.ask(Jedis::dbSize);
					status(each, "/x", "tester-" + System.nanoTime());
					return redis.ask(Jedis::dbSize) > before;
				});
			}
			long before = redis.ask(Jedis::dbSize);
			assertThat(status(warm, "/x", "admin-5")).isEqualTo(200);
			assertThat(status(warm, "/x", "tester-5")).isEqualTo(200);
			await().atMost(Duration.ofSeconds(10))
				.until(() -> redis.ask((jedis) -> jedis.keys("*:lease")).isEmpty()
						&& redis.ask(Jedis::dbSize) == before + 2);
			int requests = idp.calls().size();
			assertThat(status(judging, "/x", "admin-5")).isEqualTo(403);
			assertThat(status(judging, "/x", "tester-5")).isEqualTo(200);
			assertThat(idp.calls()).hasSize(requests);
		}
	}

	@Test
	void claimsWhenTokenIsOpaqueThen502WhereTheyAreAsked(CapturedOutput output) {
		assertThat(status(gateway, "/plain/x", "opaque")).isEqualTo(200);
		for (String path : List.of("/admins/x", "/headers/x", "/user/x", "/admins/x")) {
			call(path, "opaque").expectStatus()
				.isEqualTo(502)
				.expectBody(String.class)
				.value((body) -> assertThat(body).doesNotContain("JWT", "claim"));
		}
		assertThat(output.getOut().lines())
			.filteredOn((line) -> line.contains("WARN") && line.contains("cannot be had of a token"))
			.hasSize(3)
			.allMatch((line) -> line.contains("has not three parts") && !line.contains("hush"));
	}

	@Test
	void headersWhenForwardedThenTheTokensValuesAndNoneOfTheCallers() {
		gateway.client().get().uri("/headers/x").headers((headers) -> {
			headers.set("Authorization", TestGateway.basic("admin-6", "hush-secret"));
			headers.set("x-group", "forged");
			headers.set("X_Group", "forged");
			headers.set("X.GROUP", "forged");
			headers.set("X-Absent", "forged");
			headers.set("X_Null", "forged");
			headers.set("X-Other", "own");
			headers.set("Proxy-Authorization", "Basic hush");
			headers.set("Connection", "X-Group, Authorization, X_Active, X-Other-Two");
			headers.set("Trailer", "X-Areas");
		}).exchange().expectStatus().isOk().expectBody();
		Map<String, List<String>> headers = upstream.received().get(0).headers();
		assertThat(headers).containsEntry("X-Group", List.of("admin"))
			.containsEntry("X-Active", List.of("true"))
			.containsEntry("X-Number", List.of("1.0"))
			.containsEntry("X-Areas", List.of("office,home"))
			.containsEntry("X-Name", List.of("UTF-8''S%C3%BCd"))
			.containsEntry("X-Person", List.of("{\"name\":\"S\\u00fcd\",\"id\":7}"))
			.containsEntry("X-Absent", List.of(""))
			.containsEntry("X-Null", List.of(""))
			.containsEntry("X-Other", List.of("own"))
			.doesNotContainKeys("X_Group", "X.GROUP", "X_Null", "Proxy-Authorization");
		assertThat(headers.get(HttpHeaders.AUTHORIZATION)).containsExactly("Bearer " + TestJwts.jwt(ADMIN));
		assertThat(headers.toString()).doesNotContain("forged");
	}

	@Test
	void usernameWhenClaimIsThereThenInAccessLogAndNoLineIsForged(CapturedOutput output) {
		assertThat(status(gateway, "/user/named?key=hush", "admin-7")).isEqualTo(200);
		assertThat(status(gateway, "/user/forging", "tester-7")).isEqualTo(200);
		assertThat(status(gateway, "/plain/unnamed", "tester-7")).isEqualTo(200);
		assertThat(awaitAccessLine(output, "/user/named")).containsPattern(
				": 127\\.0\\.0\\.1 - hush-admin \\[\\d\\d/\\w{3}/\\d{4}:[\\d:]{8} [+-]\\d{4}] \"GET /user/named HTTP/1\\.1\" 200 \\S+$");
		assertThat(awaitAccessLine(output, "/user/forging")).contains(" - x\\x0d\\x0a1.2.3.4\\x20-\\x20forged [");
		assertThat(awaitAccessLine(output, "/plain/unnamed")).contains(" - - [");
	}

	/** It is written after the response. */
	private static String awaitAccessLine(CapturedOutput output, String path) {
		return await().atMost(Duration.ofSeconds(10))
			.until(() -> output.getOut()
				.lines()
				.filter((line) -> line.contains("oauthcc.access ") && line.contains("\"GET " + path + " HTTP"))
				.findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	private static ResponseSpec call(String path, String caller) {
		return gateway.client()
			.get()
			.uri(path)
			.header("Authorization", TestGateway.basic(caller, "hush-secret"))
			.exchange();
	}

	private static int status(TestGateway gateway, String path, String caller) {
		return Callers.call(gateway.url() + path, caller).status();
	}

}
