package io.oauthcc.gateway.token;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Tests for {@link TokenKeyGenerator}.
 */
class TokenKeyGeneratorTests {

	private static final ClientCredentials CREDENTIALS = ClientCredentials.of("id", "secret");

	private final TokenKeyGenerator generator = new TokenKeyGenerator();

	@Test
	void withWhenInputsEqualThenKeysEqual() {
		TokenKey first = keyOf(base().build(), CREDENTIALS);
		TokenKey second = keyOf(base().build(), ClientCredentials.of("id", "secret"));
		assertThat(first).isEqualTo(second).hasSameHashCodeAs(second);
	}

	@Test
	void withWhenCalledThenRequestHoldsGrantAndCredentials() {
		ClientCredentialsGrant grant = base().build();
		AccessTokenRequest request = this.generator.requestsOf(grant).with(CREDENTIALS);
		assertThat(request.grant()).isSameAs(grant);
		assertThat(request.credentials()).isSameAs(CREDENTIALS);
	}

	@Test
	void withWhenParametersOrHeadersInOtherOrderThenKeysEqual() {
		Map<String, String> reversed = new LinkedHashMap<>();
		reversed.put("resource", "urn:orders");
		reversed.put("b", "2");
		reversed.put("a", "1");
		assertThat(keyOf(base().parameters(reversed).headers(reversed).build(), CREDENTIALS))
			.isEqualTo(keyOf(base().parameters(Map.of("a", "1", "b", "2", "resource", "urn:orders"))
				.headers(Map.of("a", "1", "b", "2", "resource", "urn:orders"))
				.build(), CREDENTIALS));
	}

	@Test
	void withWhenNameDiffersThenKeysEqual() {
		TokenKey key = keyOf(base().build(), CREDENTIALS);
		assertThat(keyOf(base().name("other").build(), CREDENTIALS)).isEqualTo(key);
		// Whoever waits for another's request would wait as long as that one may take.
		assertThat(keyOf(base().timeout(Duration.ofSeconds(1)).build(), CREDENTIALS)).isNotEqualTo(key);
	}

	@Test
	void withWhenCallersHeaderSpeltDifferentlyThenKeysEqual() {
		ClientCredentialsGrant grant = base().build();
		assertThat(keyOf(grant, ClientCredentials.ofCaller("id", "secret", "Basic aWQ6c2VjcmV0")))
			.isEqualTo(keyOf(grant, ClientCredentials.ofCaller("id", "secret", "basic  aWQ6c2VjcmV0")));
	}

	@Test
	void withWhenOtherGeneratorThenKeysDiffer() {
		assertThat(new TokenKeyGenerator().requestsOf(base().build()).with(CREDENTIALS).key())
			.isNotEqualTo(keyOf(base().build(), CREDENTIALS));
	}

	@ParameterizedTest
	@MethodSource("changes")
	void withWhenOneInputOfGrantDiffersThenKeysDiffer(UnaryOperator<TestGrants> change) {
		assertThat(keyOf(change.apply(base()).build(), CREDENTIALS)).isNotEqualTo(keyOf(base().build(), CREDENTIALS));
	}

	static Stream<Arguments> changes() {
		return Stream.of(change("host", (grant) -> grant.tokenUri("http://127.0.0.2:4444/oauth2/token")),
				change("scheme", (grant) -> grant.tokenUri("https://127.0.0.1:4444/oauth2/token")),
				change("query", (grant) -> grant.tokenUri("http://127.0.0.1:4444/oauth2/token?tenant=a")),
				change("method", (grant) -> grant.clientAuthentication(ClientAuthentication.CLIENT_SECRET_POST)),
				change("encoding", (grant) -> grant.encodeCredentials(false)),
				change("no scope", (grant) -> grant.scopes()),
				change("scopes in other order", (grant) -> grant.scopes("b", "a")),
				change("narrower scopes", (grant) -> grant.scopes("a")),
				change("wider scopes", (grant) -> grant.scopes("a", "b", "c")),
				change("scopes in one", (grant) -> grant.scopes("a b")),
				change("scopes split elsewhere", (grant) -> grant.scopes("ab", "")),
				change("audience", (grant) -> grant.audience("other")),
				change("empty audience", (grant) -> grant.audience("")),
				change("no audience", (grant) -> grant.audience(null)),
				change("no parameter", (grant) -> grant.parameters(Map.of())),
				change("parameter's name", (grant) -> grant.parameters(Map.of("resource2", "urn:orders"))),
				change("parameter's value", (grant) -> grant.parameters(Map.of("resource", "urn:other"))),
				change("one parameter more",
						(grant) -> grant.parameters(Map.of("resource", "urn:orders", "tenant", "a"))),
				change("parameter shifted", (grant) -> grant.parameters(Map.of("resourceu", "rn:orders"))),
				change("no header", (grant) -> grant.headers(Map.of())),
				change("header's name", (grant) -> grant.headers(Map.of("x-other", "a"))),
				change("header's value", (grant) -> grant.headers(Map.of("x-tenant", "b"))),
				change("header shifted", (grant) -> grant.headers(Map.of("x-tenan", "ta"))),
				change("header for a parameter",
						(grant) -> grant.headers(Map.of("resource", "urn:orders")).parameters(Map.of("x-tenant", "a"))),
				change("skew",
						(grant) -> grant.cachePolicy(Duration.ofSeconds(31), Duration.ofMinutes(5),
								Duration.ofHours(24))),
				change("default lifetime",
						(grant) -> grant.cachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(6),
								Duration.ofHours(24))),
				change("refresh ahead", TestGrants::refreshAhead), change("maximum lifetime", (grant) -> grant
					.cachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(25))));
	}

	@Test
	void withWhenAudienceMissingOrEmptyThenKeysDiffer() {
		assertThat(keyOf(base().audience(null).build(), CREDENTIALS))
			.isNotEqualTo(keyOf(base().audience("").build(), CREDENTIALS));
	}

	@ParameterizedTest
	@MethodSource("otherCredentials")
	void withWhenCredentialsDifferThenKeysDiffer(ClientCredentials other) {
		ClientCredentialsGrant grant = base().build();
		assertThat(keyOf(grant, other)).isNotEqualTo(keyOf(grant, CREDENTIALS));
	}

	static Stream<Arguments> otherCredentials() {
		return Stream.of(argumentSet("id", ClientCredentials.of("id2", "secret")),
				argumentSet("case of id", ClientCredentials.of("ID", "secret")),
				argumentSet("secret", ClientCredentials.of("id", "secret2")),
				argumentSet("empty secret", ClientCredentials.of("id", "")),
				argumentSet("shifted to the id", ClientCredentials.of("ids", "ecret")),
				argumentSet("shifted to the secret", ClientCredentials.of("i", "dsecret")),
				argumentSet("of a caller", ClientCredentials.ofCaller("id", "secret", "Basic aWQ6c2VjcmV0")));
	}

	private TokenKey keyOf(ClientCredentialsGrant grant, ClientCredentials credentials) {
		return this.generator.requestsOf(grant).with(credentials).key();
	}

	private static TestGrants base() {
		return TestGrants.grant()
			.scopes("a", "b")
			.audience("orders")
			.parameters(Map.of("resource", "urn:orders"))
			.headers(Map.of("x-tenant", "a"));
	}

	private static Arguments change(String name, UnaryOperator<TestGrants> change) {
		return argumentSet(name, change);
	}

}
