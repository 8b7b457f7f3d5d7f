package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.oauthcc.gateway.claims.TestJwts;
import io.oauthcc.gateway.fixture.OwnResources;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.fixture.Upstream.Answer;
import io.oauthcc.gateway.fixture.Upstream.Received;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A service that refuses a token whose successor says something else.
 */
class ReplayedClaimsIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  cache.minTokenAge: 1s
			spring.cloud.gateway.server.webflux.routes:
			  - id: claims
			    uri: <upstream>
			    predicates: [Path=/claims/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          scopes: read write
			          requiredScopes: read write
			          claims: 'Prefix(`grp`, `admin`)'
			          forwardHeaders: {X-Group: grp, X-Before: before, X-After: after}
			          usernameClaim: name
			          replayBodyLimit: 1KB
			""";

	private static final String FIRST = TestJwts.jwt("""
			{"grp":"admin-first","before":"first","name":"first"}""");

	private static final String SECOND = TestJwts.jwt("""
			{"grp":"admin-second","after":"second","name":"second"}""");

	private static final String NAMELESS = TestJwts.jwt("""
			{"grp":"admin-nameless"}""");

	private static final String TESTER = TestJwts.jwt("""
			{"grp":"tester","name":"second"}""");

	private static final Answer INVALID_TOKEN = new Answer(401, "first",
			Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\"", "X-First-Answer", "yes"));

	private static final AtomicInteger callers = new AtomicInteger();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	/** Of each test another, since tokens stay in memory. */
	private final String caller = "caller-" + callers.incrementAndGet();

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		gateway = TestGateway.start(CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()),
				OwnResources.class, Observations.class);
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
		upstream
			.answer((call) -> call.authorization().contains("Bearer " + FIRST) ? INVALID_TOKEN : Upstream.echo(call));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "body" })
	void replayWhenOtherTokenSaysOtherThenTheServiceGetsItsValuesAlone(String body) {
		EntityExchangeResult<String> answer = replace(TokenEndpoint.token(SECOND), body);
		assertThat(answer.getStatus().value()).isEqualTo(200);
		assertThat(answer.getResponseBody()).isEqualTo("Bearer " + SECOND);
		assertThat(upstream.received()).extracting(Received::body).containsExactly(body, body);
		assertThat(upstream.received().get(0).headers()).containsEntry("Authorization", List.of("Bearer " + FIRST))
			.containsEntry("X-Group", List.of("admin-first"))
			.containsEntry("X-Before", List.of("first"))
			.containsEntry("X-After", List.of(""));
		Map<String, List<String>> replayed = upstream.received().get(1).headers();
		assertThat(replayed).containsEntry("Authorization", List.of("Bearer " + SECOND))
			.containsEntry("X-Group", List.of("admin-second"))
			.containsEntry("X-Before", List.of(""))
			.containsEntry("X-After", List.of("second"))
			.doesNotContainKey("X_Group");
		assertThat(replayed.toString()).doesNotContain("first", FIRST, "forged", "Basic ");
	}

	@ParameterizedTest
	@MethodSource("tokensOfNoUse")
	void replayWhenOtherTokenIsOfNoUseThenAnsweredAndTheServiceSeesNone(TokenEndpoint.Answer other, int status) {
		EntityExchangeResult<String> answer = replace(other, "body");
		assertThat(answer.getStatus().value()).isEqualTo(status);
		HttpHeaders headers = answer.getResponseHeaders();
		assertThat(headers.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(headers.getOrEmpty(HttpHeaders.WWW_AUTHENTICATE))
			.isEqualTo((status == 403) ? List.of("Bearer error=\"insufficient_scope\"") : List.of());
		assertThat(headers.containsHeader("X-First-Answer")).isFalse();
		assertThat(answer.getResponseBody()).doesNotContain("first", "grp", "tester", "hush");
		assertThat(upstream.received()).extracting(Received::authorization).containsExactly(List.of("Bearer " + FIRST));
		// Kept like any other: the next request needs neither the endpoint nor the
		// service.
		assertThat(call("body").getStatus().value()).isEqualTo(status);
		assertThat(idp.calls()).hasSize(2);
		assertThat(upstream.received()).hasSize(1);
	}

	static Stream<Arguments> tokensOfNoUse() {
		return Stream.of(Arguments.of(TokenEndpoint.token(TESTER), 403),
				Arguments.of(TokenEndpoint.token("hush-opaque"), 502),
				Arguments.of(TokenEndpoint.token("hush.hush.hush"), 502), Arguments.of(narrow(SECOND), 403),
				Arguments.of(narrow("hush-opaque"), 403));
	}

	/** A token that lacks a scope. */
	private static TokenEndpoint.Answer narrow(String token) {
		return TokenEndpoint.Answer.of(200, """
				{"access_token":"%s","token_type":"Bearer","expires_in":3600,"scope":"read"}""".formatted(token));
	}

	@ParameterizedTest
	@MethodSource("namesOfTokens")
	void replayWhenOtherTokenNamesOtherOrNobodyThenTheFirstNameIsNotObserved(String token, String status, String name) {
		replace(TokenEndpoint.token(token), "");
		await().atMost(Duration.ofSeconds(10))
			.until(() -> Observations.namesOf(path(), status), (names) -> !names.isEmpty());
		assertThat(Observations.namesOf(path(), status)).containsExactly(name);
		// Passed on, when the token was too young: that was in the first one's name.
		assertThat(Observations.namesOf(path(), "401")).isNotEmpty().containsOnly("first");
	}

	static Stream<Arguments> namesOfTokens() {
		return Stream.of(Arguments.of(SECOND, "200", "second"), Arguments.of(NAMELESS, "200", "nobody"),
				Arguments.of(TESTER, "403", "nobody"));
	}

	/**
	 * Call until the first token is old enough to be dropped.
	 * @return the answer to that call, whose requests alone the service has then received
	 */
	private EntityExchangeResult<String> replace(TokenEndpoint.Answer other, String body) {
		idp.answer((call) -> (idp.calls().size() == 1) ? TokenEndpoint.token(FIRST) : other);
		return await().atMost(Duration.ofSeconds(10)).until(() -> {
			upstream.received().clear();
			return call(body);
		}, (answer) -> idp.calls().size() == 2);
	}

	private EntityExchangeResult<String> call(String body) {
		return gateway.client()
			.post()
			.uri(path())
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic(this.caller, "hush-secret"))
			.header("x-group", "forged")
			.header("X_Group", "forged")
			.bodyValue(body)
			.exchange()
			.expectBody(String.class)
			.returnResult();
	}

	private String path() {
		return "/claims/" + this.caller;
	}

	/**
	 * Who the clients of the requests were, as the server's observations tell. Spring
	 * Boot's registry takes each handler that is a bean.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Observations implements ObservationHandler<ServerRequestObservationContext> {

		private static final List<Map<String, String>> all = new CopyOnWriteArrayList<>();

		@Override
		public void onStop(ServerRequestObservationContext context) {
			all.add(context.getAllKeyValues().stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue)));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof ServerRequestObservationContext;
		}

		static List<String> namesOf(String path, String status) {
			return all.stream()
				.filter((values) -> path.equals(values.get("http.url")) && status.equals(values.get("status")))
				.map((values) -> values.getOrDefault("enduser.id", "nobody"))
				.toList();
		}

	}

}
