package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.TokenEndpoint.Call;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many clients on many routes at random: none ever gets a token that was issued to
 * another, or for something else. Each token says for whom and for what it was issued.
 */
class IsolationIntegrationTests {

	private static final int CLIENTS = 50;

	private static final int CALLS = 6000;

	private static final List<Variant> VARIANTS = variants();

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static TestGateway gateway;

	/**
	 * A route and what shapes its tokens.
	 */
	private record Variant(String id, String options, String method, String scope, String audience, String parameter,
			String tenant) {

		String expectedFor(String client) {
			return describe(client, this.scope, this.audience, this.parameter, this.tenant, this.method);
		}

		String route() {
			return """
					  - id: %1$s
					    uri: <upstream>
					    predicates: [Path=/%1$s/**]
					    filters:
					      - name: OAuthClientCredentials
					        args:
					          url: <idp>
					          clientAuthentication: %2$s
					%3$s
					""".formatted(this.id, this.method, this.options.indent(10));
		}

	}

	private static List<Variant> variants() {
		List<Variant> variants = new ArrayList<>();
		for (String method : List.of("client_secret_basic", "client_secret_post")) {
			for (String scope : List.of("", "read", "read write", "write read")) {
				for (String tenant : List.of("", "blue", "red")) {
					for (String parameter : List.of("", "p", "q")) {
						String audience = parameter.equals("q") ? "https://api.example" : "";
						String options = (scope.isEmpty() ? "" : "scopes: " + scope + "\n")
								+ (tenant.isEmpty() ? "" : "headers: {X-Tenant: " + tenant + "}\n")
								+ (parameter.isEmpty() ? "" : "parameters: {custom: " + parameter + "}\n")
								+ (audience.isEmpty() ? "" : "audience: " + audience + "\n");
						variants.add(new Variant("r" + variants.size(), options, method, scope, audience, parameter,
								tenant));
					}
				}
			}
		}
		return variants;
	}

	private static String describe(String client, String scope, String audience, String parameter, String tenant,
			String method) {
		String text = String.join("|", client, scope, audience, parameter, tenant, method);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	@BeforeAll
	static void start() {
		idp = TokenEndpoint.start();
		idp.answer(IsolationIntegrationTests::issue);
		idp.delay(Duration.ofMillis(5));
		upstream = Upstream.start();
		StringBuilder configuration = new StringBuilder("spring.cloud.gateway.server.webflux.routes:\n");
		VARIANTS.forEach((variant) -> configuration.append(variant.route()));
		gateway = TestGateway.start(configuration.toString(), Map.of("idp", idp.url(), "upstream", upstream.url()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		idp.close();
	}

	private static TokenEndpoint.Answer issue(Call call) {
		Map<String, String> form = new TreeMap<>(call.form());
		String method = form.containsKey("client_id") ? "client_secret_post" : "client_secret_basic";
		String client = form.get("client_id");
		String secret = form.get("client_secret");
		if (client == null) {
			String pair = new String(Base64.getDecoder().decode(call.authorization().substring("Basic ".length())),
					StandardCharsets.UTF_8);
			client = pair.substring(0, pair.indexOf(':'));
			secret = pair.substring(pair.indexOf(':') + 1);
		}
		if (!("secret-of-" + client).equals(secret)) {
			return TokenEndpoint.error(401, "invalid_client");
		}
		return TokenEndpoint.token(describe(client, form.getOrDefault("scope", ""), form.getOrDefault("audience", ""),
				form.getOrDefault("custom", ""), call.headers().getOrDefault("x-tenant", ""), method));
	}

	@Test
	void clientsWhenInterleavedAtRandomThenEachGetsItsOwnTokens() {
		Random random = new Random(20261124);
		List<String> wrong = Flux.range(0, CALLS)
			.flatMap((call) -> verify(VARIANTS.get(random.nextInt(VARIANTS.size())), random.nextInt(CLIENTS),
					random.nextInt(10) == 0), 64)
			.collectList()
			.block(Duration.ofMinutes(2));
		assertThat(wrong).isEmpty();
		assertThat(upstream.received()).hasSizeBetween(CALLS * 8 / 10, CALLS - 1);
		// Tokens were shared at all: else this would prove nothing.
		assertThat(idp.calls().size()).isLessThan(CALLS);
	}

	private static Mono<String> verify(Variant variant, int number, boolean wrongSecret) {
		String client = "client-" + number;
		// The wrong secret is the right one of another.
		String secret = "secret-of-client-" + (wrongSecret ? (number + 1) % CLIENTS : number);
		String expected = wrongSecret ? "401" : "200 Bearer " + variant.expectedFor(client);
		return HttpClient.newConnection()
			.headers((headers) -> headers.set("Authorization", TestGateway.basic(client, secret)))
			.get()
			.uri(gateway.url() + "/" + variant.id() + "/x")
			.responseSingle((response, body) -> body.asString()
				.defaultIfEmpty("")
				.map((text) -> (response.status().code() == 401) ? "401" : response.status().code() + " " + text))
			.filter((actual) -> !actual.equals(expected))
			.map((actual) -> variant.id() + " " + client + " expected " + expected + " got " + actual);
	}

}
