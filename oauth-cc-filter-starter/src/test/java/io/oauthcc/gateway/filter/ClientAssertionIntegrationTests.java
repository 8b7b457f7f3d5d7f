package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.fixture.ClientKeys;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.TokenEndpoint.Answer;
import io.oauthcc.gateway.fixture.TokenEndpoint.Call;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway whose client authenticates itself by assertions, and a token endpoint that
 * looks at them as closely as one should (RFC 7523, section 3), with time to spare for no
 * clock and for no assertion twice.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientAssertionIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc:
			  secrets:
			    fileRoots: <root>
			  defaults:
			    url: <idp>
			    clientId: hush-client
			    clientAuthentication: private_key_jwt
			    cache.refusalTtl: 0s
			    clientConfig.maxRetries: 0
			  middlewares:
			    signed:
			      privateKey:
			        key: urn:file:<root>/key
			        keyId: key-1
			        algorithm: PS256
			        certificate: urn:file:<root>/certificate
			    audience:
			      privateKey.key: urn:file:<root>/key
			      clientAssertion.audience: https://idp.example
			    other-key:
			      privateKey.key: urn:file:<root>/other
			    secret:
			      clientAuthentication: client_secret_jwt
			      clientSecret: <secret>
			    issued:
			      assertionFile: <root>/assertion
			    none:
			      clientAuthentication: none
			    exchanged:
			      privateKey:
			        key: urn:file:<root>/exchanged/key
			        certificate: urn:file:<root>/exchanged/certificate
			    replaced:
			      # Else the token of the same client would be the same.
			      scopes: replaced
			      assertionFile: <root>/replaced
			spring.cloud.gateway.server.webflux.routes:
			""";

	private static final String ROUTE = """
			  - id: NAME
			    uri: <upstream>
			    predicates: [Path=/NAME/**]
			    filters: [OAuthClientCredentials=NAME]
			""";

	private static final String SECRET = "hush-a-secret-of-more-than-32-characters";

	private static final KeyPair ISSUER = ClientKeys.rsa(2048);

	private static final KeyPair KEY = ClientKeys.rsa(2048);

	private static final String CERTIFICATE = ClientKeys.certificate(KEY);

	@TempDir
	private static Path root;

	@AutoClose
	private static TokenEndpoint idp;

	@AutoClose
	private static Upstream upstream;

	@AutoClose
	private static TestGateway gateway;

	private final Set<String> assertionIds = ConcurrentHashMap.newKeySet();

	@BeforeAll
	static void start() throws Exception {
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		write("key", ClientKeys.pkcs8(KEY.getPrivate()));
		write("certificate", CERTIFICATE);
		write("other", ClientKeys.pkcs8(ClientKeys.rsa(2048).getPrivate()));
		write("assertion", issued("hush-1"));
		write("replaced", issued("hush-1"));
		Files.createDirectory(root.resolve("exchanged"));
		write("exchanged/key", ClientKeys.pkcs8(KEY.getPrivate()));
		write("exchanged/certificate", CERTIFICATE);
		String routes = String.join("",
				Stream.of("signed", "audience", "other-key", "secret", "issued", "none", "exchanged", "replaced")
					.map((name) -> ROUTE.replace("NAME", name))
					.toList());
		gateway = TestGateway.start(CONFIGURATION + routes,
				Map.of("root", root.toString(), "idp", idp.url(), "upstream", upstream.url(), "secret", SECRET));
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
		// Usable at no time, so that each request asks for one.
		idp.answer((call) -> verified(call) ? TokenEndpoint.token("token", 0)
				: TokenEndpoint.error(401, "invalid_client"));
	}

	@Test
	void requestsWhenSignedThenEachAssertionHoldsAndIsNewAndNamesKeyAndCertificate() throws Exception {
		for (int i = 0; i < 50; i++) {
			assertThat(get("signed")).isEqualTo(200);
		}
		assertThat(idp.calls()).hasSize(50);
		assertThat(this.assertionIds).hasSize(50);
		for (Call call : idp.calls()) {
			JWSHeader header = assertionOf(call).getHeader();
			assertThat(header.getAlgorithm()).isEqualTo(JWSAlgorithm.PS256);
			assertThat(header.getKeyID()).isEqualTo("key-1");
			assertThat(header.getX509CertSHA256Thumbprint())
				.isEqualTo(X509CertUtils.computeSHA256Thumbprint(X509CertUtils.parse(CERTIFICATE)));
			assertThat(call.headers()).doesNotContainKey("authorization");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "secret", "issued", "none" })
	void requestWhenAnotherProofThenServed(String route) {
		assertThat(get(route)).isEqualTo(200);
		assertThat(idp.calls()).singleElement().satisfies((call) -> {
			assertThat(call.form()).containsEntry("client_id", "hush-client").doesNotContainKey("client_secret");
			assertThat(call.headers()).doesNotContainKey("authorization");
			assertThat(call.form().values()).doesNotContain(SECRET);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "other-key", "audience" })
	void requestWhenAssertionIsRefusedThenBadGatewayAndServiceIsNotCalled(String route, CapturedOutput output) {
		assertThat(get(route)).isEqualTo(502);
		assertThat(idp.calls()).hasSize(1);
		assertThat(upstream.received()).isEmpty();
		assertThat(output).contains("No token for " + route)
			.contains("CLIENT_REFUSED, HTTP 401")
			.doesNotContain("hush", "gateway's clock");
	}

	@Test
	void requestWhenAudienceIsAsTokenEndpointWantsThenServed() {
		idp.answer((call) -> verified(call, "https://idp.example") ? TokenEndpoint.token("token", 0)
				: TokenEndpoint.error(401, "invalid_client"));
		assertThat(get("audience")).isEqualTo(200);
	}

	@Test
	void requestWhenClockIsOffThenLogNamesIt(CapturedOutput output) {
		String date = DateTimeFormatter.RFC_1123_DATE_TIME
			.format(Instant.now().plus(Duration.ofSeconds(90)).atOffset(ZoneOffset.UTC));
		idp.answer(new Answer(400, "{\"error\":\"invalid_client\"}", Map.of("Date", date)));
		assertThat(get("signed")).isEqualTo(502);
		assertThat(output).containsPattern(
				"No token for signed .*CLIENT_REFUSED, HTTP 400 with the error invalid_client; the gateway's clock is (89|90) s behind the token endpoint's");
	}

	@Test
	void requestsWhenKeyIsExchangedBeforeTokenEndpointKnowsThenNoneFails() throws Exception {
		idp.answer((call) -> isSignedBy(KEY, call) ? TokenEndpoint.token("former")
				: TokenEndpoint.error(401, "invalid_client"));
		assertThat(get("exchanged")).isEqualTo(200);
		KeyPair next = ClientKeys.rsa(2048);
		// Until there is its key, the certificate is one of another.
		write("exchanged/certificate", ClientKeys.certificate(next));
		write("exchanged/key", ClientKeys.pkcs8(next.getPrivate()));
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			assertThat(get("exchanged")).isEqualTo(200);
			return idp.calls().stream().anyMatch((call) -> isSignedBy(next, call));
		});
		assertThat(upstream.received()).allMatch((call) -> call.authorization().contains("Bearer former"));
		idp.answer((call) -> isSignedBy(next, call) ? TokenEndpoint.token("next")
				: TokenEndpoint.error(401, "invalid_client"));
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			upstream.reset();
			assertThat(get("exchanged")).isEqualTo(200);
			return upstream.received().get(0).authorization().contains("Bearer next");
		});
	}

	@Test
	void requestsWhenIssuedAssertionIsReplacedThenTokenStaysAndNextRequestHasTheNewOne() throws Exception {
		String next = issued("hush-2");
		idp.answer(TokenEndpoint.token("one", 4));
		assertThat(get("replaced")).isEqualTo(200);
		write("replaced", next);
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			assertThat(get("replaced")).isEqualTo(200);
			return idp.calls().size() > 1;
		});
		assertThat(idp.calls().get(1).form()).containsEntry("client_assertion", next);
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void requestWhenIssuedAssertionIsGoneThenUnavailableAndNeverForCallers(CapturedOutput output) throws Exception {
		String text = Files.readString(root.resolve("assertion"));
		Files.delete(root.resolve("assertion"));
		await().atMost(Duration.ofSeconds(10)).until(() -> get("issued") == 503);
		gateway.client()
			.get()
			.uri("/issued/x")
			.header("Authorization", TestGateway.basic("hush-caller", "hush"))
			.exchange()
			.expectStatus()
			.isEqualTo(503)
			.expectHeader()
			.doesNotExist("WWW-Authenticate");
		assertThat(idp.calls()).noneMatch((call) -> call.form().containsValue("hush-caller"));
		assertThat(output).contains("urn:file:" + root + "/assertion: there is no such file");
		write("assertion", text);
		await().atMost(Duration.ofSeconds(10)).until(() -> get("issued") == 200);
	}

	/** Whoever may add routes could else have any file sent to a place of their own. */
	@Test
	void routeWhenAddedLaterThenNamesNoAssertionFile() {
		assertThat(gateway.context()
			.getBean(OAuthClientCredentialsGatewayFilterFactory.class)
			.apply(new OAuthClientCredentialsGatewayFilterFactory.Config().setUrl(idp.url())
				.with("assertionFile", root + "/assertion"))
			.toString()).contains("invalid definition");
	}

	private static int get(String route) {
		return gateway.client().get().uri("/" + route + "/x").exchange().returnResult(Void.class).getStatus().value();
	}

	private boolean verified(Call call) {
		return verified(call, idp.url());
	}

	private boolean verified(Call call, String audience) {
		Map<String, String> form = call.form();
		if (!form.containsKey("client_assertion") || isSignedBy(ISSUER, call)) {
			return true;
		}
		try {
			SignedJWT assertion = assertionOf(call);
			JWTClaimsSet claims = assertion.getJWTClaimsSet();
			Instant issuedAt = claims.getIssueTime().toInstant();
			boolean signed = JWSAlgorithm.Family.HMAC_SHA.contains(assertion.getHeader().getAlgorithm())
					? assertion.verify(new MACVerifier(SECRET)) : isSignedBy(KEY, call);
			return signed
					&& "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
						.equals(form.get("client_assertion_type"))
					&& claims.getIssuer().equals("hush-client") && claims.getSubject().equals("hush-client")
					&& claims.getAudience().equals(List.of(audience))
					&& claims.getExpirationTime().toInstant().equals(issuedAt.plusSeconds(60))
					&& Duration.between(issuedAt, Instant.now()).abs().compareTo(Duration.ofSeconds(30)) < 0
					&& this.assertionIds.add(claims.getJWTID());
		}
		catch (JOSEException | ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean isSignedBy(KeyPair pair, Call call) {
		try {
			return assertionOf(call).verify(new RSASSAVerifier((RSAPublicKey) pair.getPublic()));
		}
		catch (JOSEException ex) {
			return false;
		}
	}

	private static SignedJWT assertionOf(Call call) {
		try {
			return SignedJWT.parse(Objects.requireNonNull(call.form().get("client_assertion")));
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String issued(String id) throws JOSEException {
		SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256),
				new JWTClaimsSet.Builder().issuer("https://cluster.example")
					.subject("system:serviceaccount:orders:gateway")
					.audience("https://idp.example")
					.jwtID(id)
					.build());
		jwt.sign(new RSASSASigner(ISSUER.getPrivate()));
		return jwt.serialize();
	}

	private static void write(String name, String text) throws IOException {
		Path finished = Files.writeString(root.resolve("..finished"), text + "\n");
		Files.move(finished, root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

}
