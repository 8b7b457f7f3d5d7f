package io.oauthcc.gateway.token;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Tests for {@link TokenKeyGenerator}.
 */
class TokenKeyGeneratorTests {

	private static final OctetSequenceKey KEY = key("hush").build();

	private static final DpopKey DPOP_KEY = DpopKey.generate();

	private static final ClientCredentials CREDENTIALS = ClientCredentials.of("id", "secret");

	private static final HeldCertificate CA = new HeldCertificate.Builder().build();

	private static final HeldCertificate CLIENT = new HeldCertificate.Builder().build();

	private static final TransportSettings TRANSPORT = new TransportSettings(
			tls(List.of(CA), true, List.of(CLIENT), false), proxy(ProxySettings.Type.HTTP, "p", 1, "u", "secret", "h"),
			TransportSettings.DEFAULT.pool(), false);

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
	void withWhenBoundThenKeysDifferAsTheirThumbprintsDo() {
		TokenKey key = keyOf(base().dpopKey(DPOP_KEY).build(), CREDENTIALS);
		assertThat(keyOf(base().dpopKey(DpopKey.generate()).build(), CREDENTIALS)).isNotEqualTo(key);
		assertThat(keyOf(base().dpopKey(DPOP_KEY).build(), CREDENTIALS)).isEqualTo(key);
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
	void withWhenManyThreadsThenKeysAreThoseOfOne() {
		AccessTokenRequests requests = this.generator.requestsOf(base().build());
		List<ClientCredentials> callers = IntStream.range(0, 20_000)
			.mapToObj((i) -> ClientCredentials.ofCaller("id-" + i, "secret-" + i, "Basic"))
			.toList();
		List<TokenKey> together = callers.parallelStream().map((caller) -> requests.with(caller).key()).toList();
		assertThat(together).doesNotHaveDuplicates()
			.isEqualTo(callers.stream().map((caller) -> keyOf(base().build(), caller)).toList());
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
				change("issuer", (grant) -> grant.issuer("http://127.0.0.1:4444/oauth2/token")),
				change("resource", (grant) -> grant.resources("urn:orders")),
				change("method", (grant) -> grant.clientAuthentication(ClientAuthentication.CLIENT_SECRET_POST)),
				change("assertion's audience", (grant) -> grant.assertionAudience("https://idp")),
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
				change("bound to a key", (grant) -> grant.dpopKey(DPOP_KEY)),
				change("skew",
						(grant) -> grant.cachePolicy(Duration.ofSeconds(31), Duration.ofMinutes(5),
								Duration.ofHours(24))),
				change("default lifetime",
						(grant) -> grant.cachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(6),
								Duration.ofHours(24))),
				change("refresh ahead", TestGrants::refreshAhead), change("maximum lifetime", (grant) -> grant
					.cachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(25))));
	}

	@ParameterizedTest
	@MethodSource("transports")
	void withWhenTrustInTransportDiffersThenKeysDiffer(TransportSettings transport) {
		assertThat(keyOf(base().transport(transport).build(), CREDENTIALS))
			.isNotEqualTo(keyOf(base().transport(TRANSPORT).build(), CREDENTIALS));
	}

	static Stream<Arguments> transports() {
		return Stream.of(argumentSet("none", TransportSettings.DEFAULT),
				argumentSet("unverified", with(tls(List.of(CA), true, List.of(CLIENT), true))),
				argumentSet("without the system", with(tls(List.of(CA), false, List.of(CLIENT), false))),
				argumentSet("other authority", with(tls(List.of(CLIENT), true, List.of(CLIENT), false))),
				argumentSet("authority more", with(tls(List.of(CA, CLIENT), true, List.of(CLIENT), false))),
				argumentSet("authority shifted", with(tls(List.of(CA, CLIENT), true, List.of(), false))),
				argumentSet("no certificate", with(tls(List.of(CA), true, List.of(), false))),
				argumentSet("no proxy", withoutProxy()),
				argumentSet("type of proxy", with(proxy(ProxySettings.Type.SOCKS5, "p", 1, "u", "secret", "h"))),
				argumentSet("proxy", with(proxy(ProxySettings.Type.HTTP, "q", 1, "u", "secret", "h"))),
				argumentSet("port", with(proxy(ProxySettings.Type.HTTP, "p", 2, "u", "secret", "h"))),
				argumentSet("user", with(proxy(ProxySettings.Type.HTTP, "p", 1, "v", "secret", "h"))),
				argumentSet("password", with(proxy(ProxySettings.Type.HTTP, "p", 1, "u", "other", "h"))),
				argumentSet("hosts without", with(proxy(ProxySettings.Type.HTTP, "p", 1, "u", "secret"))));
	}

	@Test
	void withWhenSettingsThatShapeNoTrustDifferThenKeysEqual() {
		TransportSettings other = new TransportSettings(TRANSPORT.tls(), TRANSPORT.proxy(),
				new PoolSettings(1, Duration.ofSeconds(1), Duration.ofSeconds(1)), true);
		assertThat(keyOf(base().transport(other).build(), CREDENTIALS))
			.isEqualTo(keyOf(base().transport(TRANSPORT).build(), CREDENTIALS));
	}

	private static TlsSettings tls(List<HeldCertificate> trusted, boolean trustSystem, List<HeldCertificate> chain,
			boolean insecure) {
		return new TlsSettings(trusted.stream().map(HeldCertificate::certificate).toList(), trustSystem,
				chain.stream().map(HeldCertificate::certificate).toList(), null, insecure);
	}

	private static ProxySettings proxy(ProxySettings.Type type, String host, int port, String username, String password,
			String... nonProxyHosts) {
		return new ProxySettings(type, host, port, username, password, List.of(nonProxyHosts));
	}

	private static TransportSettings with(TlsSettings tls) {
		return new TransportSettings(tls, TRANSPORT.proxy(), TRANSPORT.pool(), false);
	}

	private static TransportSettings withoutProxy() {
		return new TransportSettings(TRANSPORT.tls(), null, TRANSPORT.pool(), false);
	}

	private static TransportSettings with(ProxySettings proxy) {
		return new TransportSettings(TRANSPORT.tls(), proxy, TRANSPORT.pool(), false);
	}

	@Test
	void withWhenAudienceMissingOrEmptyThenKeysDiffer() {
		assertThat(keyOf(base().audience(null).build(), CREDENTIALS))
			.isNotEqualTo(keyOf(base().audience("").build(), CREDENTIALS));
	}

	@Test
	void withWhenEntryIsInAnotherMapThenKeysDiffer() {
		Map<String, String> entry = Map.of("x-tenant", "a");
		assertThat(keyOf(base().parameters(entry).headers(Map.of()).build(), CREDENTIALS))
			.isNotEqualTo(keyOf(base().parameters(Map.of()).headers(entry).build(), CREDENTIALS));
	}

	@Test
	void withWhenScopeIsAudienceAndAudienceResourceThenKeysDiffer() {
		assertThat(keyOf(base().scopes("a").audience("b").resources().build(), CREDENTIALS))
			.isNotEqualTo(keyOf(base().scopes().audience("a").resources("b").build(), CREDENTIALS));
	}

	/** With a length of fewer bytes than it has, or of zeros, they would be the same. */
	@ParameterizedTest
	@CsvSource({ "1, 3", "1, 4", "256, 3", "256, 4", "65536, 3", "65536, 4" })
	void keyOfWhenTextsLookLikeLengthsThenKeysDiffer(int length, int zeros) {
		String nothing = "\0".repeat(zeros);
		String text = "x".repeat(Math.max(1, length - zeros));
		assertThat(this.generator.keyOf(nothing + text, "")).isNotEqualTo(this.generator.keyOf("", text + nothing));
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

	@ParameterizedTest
	@MethodSource("otherAssertions")
	void withWhenAssertionsDifferThenKeysDiffer(ClientCredentials one, ClientCredentials other) {
		ClientCredentialsGrant grant = base().build();
		assertThat(keyOf(grant, one)).isNotEqualTo(keyOf(grant, other));
	}

	static Stream<Arguments> otherAssertions() {
		return Stream.of(argumentSet("none", signing(KEY), ClientCredentials.withoutSecret("id")),
				argumentSet("id", ClientCredentials.of("id", new SigningKey(KEY)),
						ClientCredentials.of("id2", new SigningKey(KEY))),
				argumentSet("key", signing(KEY), signing(key("another").build())),
				argumentSet("key's id", signing(KEY), signing(key("hush").keyID("key-1").build())),
				argumentSet("algorithm", signing(KEY), signing(key("hush").algorithm(JWSAlgorithm.HS384).build())),
				argumentSet("certificate", signing(KEY),
						signing(key("hush").x509CertSHA256Thumbprint(Base64URL.encode("x")).build())),
				argumentSet("key's id for certificate", signing(key("hush").keyID("eA").build()),
						signing(key("hush").x509CertSHA256Thumbprint(Base64URL.encode("x")).build())),
				argumentSet("issued, not signed", signing(KEY), issued("a", "b", "c", "1")),
				argumentSet("issuer", issued("a", "b", "c", "1"), issued("x", "b", "c", "1")),
				argumentSet("subject", issued("a", "b", "c", "1"), issued("a", "x", "c", "1")),
				argumentSet("audience of what is issued", issued("a", "b", "c", "1"), issued("a", "b", "x", "1")));
	}

	/** A workload gets a new one every hour, and each of its gateways another. */
	@Test
	void withWhenIssuedAssertionIsReplacedThenKeysEqual() {
		ClientCredentialsGrant grant = base().build();
		assertThat(keyOf(grant, issued("a", "b", "c", "1"))).isEqualTo(keyOf(grant, issued("a", "b", "c", "2")));
	}

	@Test
	void withWhenKeyIsReadAnewThenKeysEqual() {
		ClientCredentialsGrant grant = base().build();
		assertThat(keyOf(grant, signing(KEY))).isEqualTo(keyOf(grant, signing(key("hush").build())));
	}

	private static ClientCredentials signing(OctetSequenceKey key) {
		return ClientCredentials.of("id", new SigningKey(key));
	}

	private static OctetSequenceKey.Builder key(String secret) {
		return new OctetSequenceKey.Builder(Base64URL.encode(secret)).algorithm(JWSAlgorithm.HS256);
	}

	private static ClientCredentials issued(String issuer, String subject, String audience, String id) {
		String claims = "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":[\"%s\"],\"jti\":\"%s\"}".formatted(issuer, subject,
				audience, id);
		return ClientCredentials.of("id", Objects.requireNonNull(IssuedAssertion
			.read(Base64URL.encode("{\"alg\":\"RS256\"}") + "." + Base64URL.encode(claims) + "." + "c2ln")));
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
