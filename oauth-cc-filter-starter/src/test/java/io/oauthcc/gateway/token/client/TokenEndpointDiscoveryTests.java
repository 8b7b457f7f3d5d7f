package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TlsSettings;
import io.oauthcc.gateway.token.TransportSettings;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Against an authorization server that tells of itself what a test wants it to.
 */
@ExtendWith(OutputCaptureExtension.class)
class TokenEndpointDiscoveryTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final MutableClock clock = new MutableClock();

	private final TokenEndpointHttpClient client = new TokenEndpointHttpClient(Duration.ofSeconds(1), 2,
			TransportSettings.DEFAULT);

	private final TokenEndpointDiscovery discovery = new TokenEndpointDiscovery(
			(id) -> Mono.just(this.client.webClient()), this.clock);

	private final Map<String, Upstream.Answer> answers = new ConcurrentHashMap<>();

	private final Upstream server = Upstream.start();

	private final String issuer = this.server.url() + "/Tenant";

	TokenEndpointDiscoveryTests() {
		this.server.answer((call) -> this.answers.getOrDefault(call.uri(), new Upstream.Answer(404, "", Map.of())));
	}

	@AfterEach
	void stop() {
		this.discovery.dispose();
		this.client.dispose();
		this.server.close();
	}

	@Test
	void tokenUriWhenConfiguredThenNothingIsAsked() {
		StepVerifier.create(this.discovery.tokenUriOf(TestGrants.grant().tokenUri("https://idp/token").build()))
			.expectNext(URI.create("https://idp/token"))
			.expectComplete()
			.verify(LIMIT);
		this.discovery.prepare(TestGrants.grant().tokenUri("https://idp/token").build());
		assertThat(this.server.received()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/.well-known/oauth-authorization-server/Tenant, 1", "/Tenant/.well-known/openid-configuration, 2",
			"/.well-known/openid-configuration/Tenant, 3" })
	void tokenUriWhenMetadataStandAtOneOfThePathsThenFoundThereAndKept(String path, int requests) {
		this.answers.put(path, metadata(this.issuer, "http://other.example/token"));
		expect("http://other.example/token");
		expect("http://other.example/token");
		assertThat(this.server.received()).hasSize(requests)
			.allSatisfy((call) -> assertThat(call.authorization()).isEmpty());
	}

	@Test
	void prepareWhenDiscoveredThenMetadataFetchedBeforeAnybodyAsks() {
		publish("http://one.example/token");
		this.discovery.prepare(TestGrants.grant().tokenUri(this.server.url() + "/configured").build());
		this.discovery.prepare(grant());
		await().atMost(LIMIT).until(() -> !this.server.received().isEmpty());
		expect("http://one.example/token");
		assertThat(this.server.received()).singleElement()
			.satisfies((call) -> assertThat(call.uri()).isEqualTo("/.well-known/oauth-authorization-server/Tenant"));
	}

	@Test
	void disposeWhenMetadataAreOnTheirWayThenWhoWaitsHearsOfIt() {
		try (TokenEndpoint hanging = TokenEndpoint.start()) {
			hanging.delay(Duration.ofHours(1));
			StepVerifier.create(this.discovery.tokenUriOf(TestGrants.grant().issuer(hanging.url()).build()))
				.then(() -> await().atMost(LIMIT).until(() -> hanging.calls().size() == 1))
				.then(this.discovery::dispose)
				.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(AccessTokenException.class)
					.hasMessageContaining("CancellationException"))
				.verify(LIMIT);
		}
	}

	@Test
	void tokenUriWhenItChangesThenFollowedInTheBackground() {
		publish("http://one.example/token");
		expect("http://one.example/token");
		publish("http://two.example/token");
		this.clock.advance(Duration.ofMinutes(4));
		expect("http://one.example/token");
		await().atMost(LIMIT).untilAsserted(() -> expect("http://two.example/token"));
	}

	@Test
	void tokenUriWhenMetadataAreGoneThenServesForADay() {
		publish("http://one.example/token");
		expect("http://one.example/token");
		this.answers.clear();
		this.clock.advance(Duration.ofDays(1).minusSeconds(1));
		expect("http://one.example/token");
		this.clock.advance(Duration.ofSeconds(2));
		expect(AccessTokenFailure.BAD_ANSWER, "there are none");
	}

	@Test
	void tokenUriWhenIssuerComesLaterThenFoundWithinASecond() {
		this.discovery.prepare(grant());
		expect(AccessTokenFailure.BAD_ANSWER, "there are none");
		publish("http://one.example/token");
		this.clock.advance(Duration.ofSeconds(1));
		expect("http://one.example/token");
	}

	@ParameterizedTest
	@CsvSource({ "302, '', BAD_ANSWER, there are none", "200, <html>, BAD_ANSWER, there are none",
			"200, '{\"issuer\":\"http://evil.example\",\"token_endpoint\":\"http://evil.example\"}', BAD_ANSWER, another issuer's",
			"200, '{\"issuer\":\"<issuer>/\",\"token_endpoint\":\"<issuer>\"}', BAD_ANSWER, another issuer's",
			"200, '{\"issuer\":\"<issuer>\"}', BAD_ANSWER, no token endpoint",
			"200, '{\"issuer\":\"<issuer>\",\"token_endpoint\":\"file:///etc/passwd\"}', BAD_ANSWER, less safe",
			"200, '{\"issuer\":\"<issuer>\",\"token_endpoint\":\"http://a@b/c\"}', BAD_ANSWER, less safe",
			"503, '', UNAVAILABLE, ServiceUnavailable" })
	void tokenUriWhenMetadataAreOfNoUseThenSaysWhy(int status, String body, AccessTokenFailure failure,
			String message) {
		this.answers.put("/.well-known/oauth-authorization-server/Tenant",
				new Upstream.Answer(status, body.replace("<issuer>", this.issuer),
						Map.of("Content-Type", "application/json", "Location", this.server.url() + "/elsewhere")));
		expect(failure, message);
		assertThat(this.server.received()).noneMatch((call) -> call.uri().equals("/elsewhere"));
	}

	@Test
	void tokenUriWhenClientHasACertificateThenItsAlias() {
		HeldCertificate certificate = new HeldCertificate.Builder().build();
		TransportSettings mutual = new TransportSettings(new TlsSettings(List.of(), false,
				List.of(certificate.certificate()), certificate.keyPair().getPrivate(), false), null,
				TransportSettings.DEFAULT.pool(), false);
		this.answers.put("/.well-known/oauth-authorization-server/Tenant", json(
				"{\"issuer\":\"%s\",\"token_endpoint\":\"http://a/\",\"mtls_endpoint_aliases\":{\"token_endpoint\":\"http://b/\"}}"
					.formatted(this.issuer)));
		StepVerifier.create(this.discovery.tokenUriOf(TestGrants.grant().issuer(this.issuer).transport(mutual).build()))
			.expectNext(URI.create("http://b/"))
			.expectComplete()
			.verify(LIMIT);
		expect("http://a/");
	}

	@Test
	void tokenUriWhenIssuerIsNotTrustedThenSaysSo() {
		HeldCertificate certificate = new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
		try (TokenEndpoint stranger = TokenEndpoint
			.startSecure(SslContextBuilder.forServer(certificate.keyPair().getPrivate(), certificate.certificate()))) {
			StepVerifier.create(this.discovery.tokenUriOf(TestGrants.grant().issuer(stranger.secureUrl()).build()))
				.expectErrorSatisfies(
						(error) -> assertFails(error, AccessTokenFailure.UNTRUSTED, "no certificate that is trusted"))
				.verify(LIMIT);
			assertThat(stranger.calls()).isEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource({ "false, 'it requires a certificate, clientConfig.tls.cert and key'",
			"true, it refuses the certificate of clientConfig.tls" })
	void tokenUriWhenIssuerWantsACertificateThenSaysWhetherThereWasOne(boolean shows, String reason) {
		Certificates certificates = new Certificates();
		TransportSettings transport = new TransportSettings(shows ? showing(new Certificates().issue()) : showingNone(),
				null, TransportSettings.DEFAULT.pool(), false);
		TokenEndpointHttpClient mutual = new TokenEndpointHttpClient(LIMIT, 2, transport);
		TokenEndpointDiscovery mutualDiscovery = new TokenEndpointDiscovery((id) -> Mono.just(mutual.webClient()),
				this.clock);
		try (TokenEndpoint idp = TokenEndpoint.startSecure(Certificates.server(certificates.issue("localhost"))
			.protocols("TLSv1.2")
			.trustManager(certificates.authority().certificate())
			.clientAuth(ClientAuth.REQUIRE))) {
			StepVerifier
				.create(mutualDiscovery
					.tokenUriOf(TestGrants.grant().issuer(idp.secureUrl()).transport(transport).build()))
				.expectErrorSatisfies((error) -> assertFails(error, AccessTokenFailure.UNTRUSTED, reason))
				.verify(LIMIT);
		}
		finally {
			mutualDiscovery.dispose();
			mutual.dispose();
		}
	}

	private static TlsSettings showing(HeldCertificate certificate) {
		return new TlsSettings(List.of(), false, List.of(certificate.certificate()), certificate.keyPair().getPrivate(),
				true);
	}

	private static TlsSettings showingNone() {
		return new TlsSettings(List.of(), false, List.of(), null, true);
	}

	@Test
	void tokenUriWhenNobodyListensThenUnreachable() throws IOException {
		String gone = "http://127.0.0.1:1";
		StepVerifier.create(this.discovery.tokenUriOf(TestGrants.grant().issuer(gone).build()))
			.expectErrorSatisfies((error) -> assertFails(error, AccessTokenFailure.UNREACHABLE, "ConnectException"))
			.verify(LIMIT);
	}

	@Test
	void tokenUriWhenMethodIsNotOfferedThenWarnedOnce(CapturedOutput output) {
		this.answers.put("/.well-known/oauth-authorization-server/Tenant", json(
				"{\"issuer\":\"%s\",\"token_endpoint\":\"http://a/\",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]}"
					.formatted(this.issuer)));
		expect("http://a/");
		expect("http://a/");
		StepVerifier.create(this.discovery.tokenUriOf(TestGrants.grant()
			.issuer(this.issuer)
			.clientAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
			.build())).expectNextCount(1).expectComplete().verify(LIMIT);
		assertThat(output).containsOnlyOnce(
				"orders authenticates itself by client_secret_basic, which its issuer does not offer (it does [client_secret_post])");
	}

	@Test
	void tokenUriWhenOfferedMethodsHoldLineBreaksThenNotInLog(CapturedOutput output) {
		this.answers.put("/.well-known/oauth-authorization-server/Tenant", json(
				"{\"issuer\":\"%s\",\"token_endpoint\":\"http://a/\",\"token_endpoint_auth_methods_supported\":[\"x\\nforged line\"]}"
					.formatted(this.issuer)));
		expect("http://a/");
		assertThat(output).contains("does not offer").doesNotContain("\nforged line");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"op_tos_uri\":\"\"", "\"service_documentation\":\"\"",
			"\"token_endpoint_auth_signing_alg_values_supported\":[\"none\"]" })
	void tokenUriWhenAMemberThatDoesNotMatterIsWrongThenFoundAllTheSame(String member) {
		this.answers.put("/.well-known/oauth-authorization-server/Tenant",
				json("{\"issuer\":\"%s\",\"token_endpoint\":\"http://a/\",%s}".formatted(this.issuer, member)));
		expect("http://a/");
	}

	@Test
	void tokenUriWhenIssuerIsTooBusyThenBusyAndNotAskedElsewhere() {
		this.answers.put("/.well-known/oauth-authorization-server/Tenant",
				new Upstream.Answer(429, "", Map.of("Retry-After", "7")));
		StepVerifier.create(this.discovery.tokenUriOf(grant())).expectErrorSatisfies((error) -> {
			assertFails(error, AccessTokenFailure.BUSY, "TooManyRequests");
			assertThat(((AccessTokenException) error).getRetryAfter()).isEqualTo(Duration.ofSeconds(7));
		}).verify(LIMIT);
		assertThat(this.server.received()).hasSize(1);
	}

	@Test
	void isAsSafeAsWhenIssuerIsHttpsThenEndpointMustBeToo() {
		URI https = URI.create("https://idp.example");
		URI http = URI.create("http://idp.example");
		assertThat(AuthorizationServerMetadataClient.isAsSafeAs(https, http)).isFalse();
		assertThat(AuthorizationServerMetadataClient.isAsSafeAs(https, https)).isTrue();
		assertThat(AuthorizationServerMetadataClient.isAsSafeAs(http, https)).isTrue();
		assertThat(AuthorizationServerMetadataClient.isAsSafeAs(http, http)).isTrue();
	}

	private void expect(String tokenUri) {
		StepVerifier.create(this.discovery.tokenUriOf(grant()))
			.expectNext(URI.create(tokenUri))
			.expectComplete()
			.verify(LIMIT);
	}

	private void expect(AccessTokenFailure failure, String message) {
		StepVerifier.create(this.discovery.tokenUriOf(grant()))
			.expectErrorSatisfies((error) -> assertFails(error, failure, message))
			.verify(LIMIT);
	}

	private static void assertFails(Throwable error, AccessTokenFailure failure, String message) {
		assertThat(error).isInstanceOf(AccessTokenException.class)
			.hasMessageContaining(message)
			.extracting("failure")
			.isEqualTo(failure);
	}

	private ClientCredentialsGrant grant() {
		return TestGrants.grant().issuer(this.issuer).build();
	}

	private void publish(String tokenUri) {
		this.answers.put("/.well-known/oauth-authorization-server/Tenant", metadata(this.issuer, tokenUri));
	}

	private static Upstream.Answer metadata(String issuer, String tokenUri) {
		return json("{\"issuer\":\"%s\",\"token_endpoint\":\"%s\"}".formatted(issuer, tokenUri));
	}

	private static Upstream.Answer json(String body) {
		return new Upstream.Answer(200, body, Map.of("Content-Type", "application/json"));
	}

}
