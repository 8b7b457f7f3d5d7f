package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.Upstream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The configurations of {@code docs/identity-providers.md}, all in one gateway, each at a
 * double of its identity provider: the token request is the one that the provider
 * documents, to the byte. Long for its one list.
 */
class IdentityProvidersIntegrationTests {

	private static final Path PAGE = Path.of("../docs/identity-providers.md");

	private static final Pattern BLOCK = Pattern.compile("^```yaml\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

	private static final Pattern NAME = Pattern.compile("\\Aoauth-cc\\.middlewares\\.([a-z0-9-]+):$",
			Pattern.MULTILINE);

	private static final Pattern SERVER = Pattern.compile("^(  (?:url|issuer): )https://[^/\\s]+", Pattern.MULTILINE);

	private static final String CREDENTIALS = """
			CLIENT_ID: orders@acme
			CLIENT_SECRET: hush+/secret=
			""";

	private static final String BASIC = TestGateway.basic("orders%40acme", "hush%2B%2Fsecret%3D");

	private static final String GRANT = "grant_type=client_credentials";

	private static final String ID = "client_id=orders%40acme";

	private static final String SECRET = "client_secret=hush%2B%2Fsecret%3D";

	private static final Map<String, Expected> EXPECTED = Map.ofEntries(
			Map.entry("undecoded", at("/oauth2/token", TestGateway.basic("orders@acme", "hush+/secret="), GRANT)),
			Map.entry("discovered",
					at("/realms/orders/token", TestGateway.basic("caller", "hush-secret"), GRANT).of("/realms/orders",
							"/.well-known/oauth-authorization-server/realms/orders")),
			Map.entry("auth0",
					at("/oauth/token", "", GRANT, ID, SECRET, "audience=https%3A%2F%2Forders.example").of("/",
							"/.well-known/openid-configuration")),
			Map.entry("cognito", at("/oauth2/token", BASIC, GRANT, "scope=orders%2Fread+orders%2Fwrite")),
			Map.entry("curity", at("/oauth/v2/oauth-token", BASIC, GRANT, "scope=orders.read")),
			Map.entry("apigee", at("/oauth/client_credential/accesstoken", BASIC, GRANT)),
			Map.entry("keycloak",
					at("/realms/acme/protocol/openid-connect/token", BASIC, GRANT, "scope=orders").of("/realms/acme",
							"/realms/acme/.well-known/openid-configuration")),
			Map.entry("entra",
					at("/acme.onmicrosoft.com/oauth2/v2.0/token", "", GRANT, ID, SECRET,
							"scope=api%3A%2F%2Forders%2F.default")),
			Map.entry("okta",
					at("/oauth2/default/v1/token", BASIC, GRANT, "scope=orders.read").of("/oauth2/default",
							"/.well-known/oauth-authorization-server/oauth2/default")),
			Map.entry("oci", at("/oauth2/v1/token", BASIC, GRANT, "scope=urn%3Aopc%3Aresource%3Aconsumer%3A%3Aall")),
			Map.entry("oci-resource",
					at("/oauth2/v1/token", BASIC, GRANT, "resource=https%3A%2F%2Forders.example", "scope=read+write")),
			Map.entry("hydra",
					at("/oauth2/token", BASIC, GRANT, "audience=https%3A%2F%2Forders.example", "scope=orders.read")),
			Map.entry("pingam", at("/am/oauth2/realms/root/realms/alpha/access_token", BASIC, GRANT, "scope=orders")),
			Map.entry("pingfederate",
					at("/as/token.oauth2", BASIC, GRANT, "scope=orders", "access_token_manager_id=orders")),
			Map.entry("pingone",
					at("/1a2b3c4d-0000-4000-8000-000000000000/as/token", BASIC, GRANT, "scope=orders%3Aread").of(
							"/1a2b3c4d-0000-4000-8000-000000000000/as",
							"/1a2b3c4d-0000-4000-8000-000000000000/as/.well-known/openid-configuration")),
			Map.entry("spring",
					at("/oauth2/token", BASIC, GRANT, "scope=orders%3Aread").of("",
							"/.well-known/oauth-authorization-server")),
			Map.entry("zitadel",
					at("/oauth/v2/token", BASIC, GRANT,
							"scope=openid+urn%3Azitadel%3Aiam%3Aorg%3Aproject%3Aid%3A69234237810729019%3Aaud")
						.of("", "/.well-known/openid-configuration")));

	private static final Map<String, Upstream> providers = new LinkedHashMap<>();

	private static List<String> blocks;

	private static Upstream upstream;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws IOException {
		blocks = BLOCK.matcher(Files.readString(PAGE)).results().map((block) -> block.group(1)).toList();
		upstream = Upstream.start();
		StringBuilder configuration = new StringBuilder(CREDENTIALS);
		for (String block : blocks) {
			Upstream provider = Upstream.start();
			providers.put(nameOf(block), provider);
			configuration.append(SERVER.matcher(block).replaceAll("$1" + provider.url()));
		}
		providers.forEach((name, provider) -> provider.answer((call) -> answer(name, provider.url(), call)));
		configuration.append("spring.cloud.gateway.server.webflux.routes:\n");
		providers.keySet()
			.forEach((name) -> configuration.append(
					"  - {id: %1$s, uri: <upstream>, predicates: ['Path=/%1$s'], filters: ['OAuthClientCredentials=%1$s']}\n"
						.formatted(name)));
		gateway = TestGateway.start(configuration.toString(), Map.of("upstream", upstream.url()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		upstream.close();
		providers.values().forEach(Upstream::close);
	}

	@Test
	void pageWhenReadThenHasAnExpectationForEachConfigurationAndNoOther() {
		assertThat(blocks).map(IdentityProvidersIntegrationTests::nameOf)
			.containsExactlyInAnyOrderElementsOf(EXPECTED.keySet());
	}

	@ParameterizedTest
	@MethodSource("names")
	void providerWhenConfiguredAsDocumentedThenGetsExactlyItsTokenRequest(String name) {
		Expected expected = Objects.requireNonNull(EXPECTED.get(name));
		Upstream provider = Objects.requireNonNull(providers.get(name));
		Callers.Reply reply = Callers.call(gateway.url() + "/" + name, "caller");
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.body()).isEqualTo("Bearer token-of-" + name);
		assertThat(provider.received()).filteredOn((call) -> !call.method().equals("GET"))
			.singleElement()
			.satisfies(expected::matches);
		List<Upstream.Received> lookups = provider.received()
			.stream()
			.filter((call) -> call.method().equals("GET"))
			.toList();
		assertThat(lookups).allSatisfy((call) -> assertThat(call.authorization()).isEmpty());
		assertThat(lookups.isEmpty() ? null : lookups.get(lookups.size() - 1).uri()).isEqualTo(expected.metadata());
	}

	static Set<String> names() {
		return new TreeMap<>(EXPECTED).keySet();
	}

	private static String nameOf(String block) {
		return NAME.matcher(block)
			.results()
			.findFirst()
			.map((MatchResult name) -> name.group(1))
			.orElseThrow(() -> new AssertionError("No middleware: " + block));
	}

	private static Upstream.Answer answer(String name, String url, Upstream.Received call) {
		Expected expected = EXPECTED.get(name);
		if (call.method().equals("POST")) {
			return json(
					"{\"access_token\":\"token-of-%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}".formatted(name));
		}
		if (expected == null || !call.uri().equals(expected.metadata())) {
			return new Upstream.Answer(404, "", Map.of());
		}
		return json("{\"issuer\":\"%1$s%2$s\",\"token_endpoint\":\"%1$s%3$s\"}".formatted(url, expected.issuer(),
				expected.path()));
	}

	private static Upstream.Answer json(String body) {
		return new Upstream.Answer(200, body, Map.of("Content-Type", "application/json"));
	}

	private static Expected at(String path, String authorization, String... form) {
		return new Expected(path, authorization, List.of(form), null, null);
	}

	/**
	 * A token request.
	 *
	 * @param path where it goes
	 * @param authorization the header, or empty for none
	 * @param form the parameters as they are sent, in any order
	 * @param issuer the path of the issuer, or {@code null} without discovery
	 * @param metadata where the provider has its metadata, or {@code null}
	 */
	private record Expected(String path, String authorization, List<String> form, @Nullable String issuer,
			@Nullable String metadata) {

		Expected of(String issuer, String metadata) {
			return new Expected(this.path, this.authorization, this.form, issuer, metadata);
		}

		void matches(Upstream.Received call) {
			assertThat(call.uri()).isEqualTo(this.path);
			assertThat(call.body().split("&")).containsExactlyInAnyOrderElementsOf(this.form);
			assertThat(call.authorization())
				.isEqualTo(this.authorization.isEmpty() ? List.of() : List.of(this.authorization));
			assertThat(call.headers()).containsEntry("Content-Type", List.of("application/x-www-form-urlencoded"))
				.containsEntry("Accept", List.of("application/json"));
			assertThat(call.headers().keySet()).map((name) -> name.toLowerCase(Locale.ROOT))
				.isSubsetOf("accept", "accept-encoding", "authorization", "content-length", "content-type", "host",
						"user-agent");
		}

	}

}
