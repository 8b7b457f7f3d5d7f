package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.text.ParseException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TlsFiles;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.resources.LoopResources;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens that are bound to the certificate which Spring Cloud Gateway's own client shows
 * (RFC 8705, section 3), and a service that compares them. The configuration is the one
 * of the documentation.
 */
class CertificateBoundTokenIntegrationTests {

	private static final String ROUTES = """
			oauth-cc.defaults.url: <idp>
			spring.cloud.gateway.server.webflux.routes:
			  - id: orders
			    uri: https://127.0.0.1:<port>
			    predicates: [Path=/**]
			    filters: [OAuthClientCredentials]
			""";

	private static final byte[] KEY = new byte[32];

	private static final TlsFiles files = TlsFiles.create();

	/** Its own: a gateway that stops disposes the shared ones. */
	private static final LoopResources loops = LoopResources.create("bound", 1, true);

	private static TokenEndpoint idp;

	private static DisposableServer service;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws IOException {
		idp = TokenEndpoint.start();
		SslContext tls = SslContextBuilder.forServer(files.serverCertificate().toFile(), files.serverKey().toFile())
			.trustManager(files.authority().toFile())
			.clientAuth(ClientAuth.REQUIRE)
			.build();
		service = HttpServer.create()
			.runOn(loops)
			.host("127.0.0.1")
			.port(0)
			.secure((spec) -> spec.sslContext(tls))
			.handle((request, response) -> response.status(isBoundToCertificateShown(request) ? 200 : 401).send())
			.bindNow();
		gateway = TestGateway.start(configuration() + ROUTES,
				Map.of("idp", idp.url(), "port", Integer.toString(service.port()), "certificates",
						Objects.requireNonNull(files.authority().getParent()).toString()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.disposeNow();
		idp.close();
		loops.dispose();
		files.close();
	}

	/** What the page shows, with the test's files. */
	private static String configuration() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "upstream.md"));
		String yaml = page.substring(page.indexOf("```yaml\nspring.ssl") + "```yaml\n".length());
		return yaml.substring(0, yaml.indexOf("```")).replace("/etc/gateway/", "<certificates>/");
	}

	@Test
	void requestWhenTokenIsBoundToCertificateOfGatewayThenServiceAcceptsIt() {
		idp.answer(TokenEndpoint.token(tokenBoundTo(files.clientCertificate())));
		assertThat(statusFor("own")).isEqualTo(200);
	}

	@Test
	void requestWhenTokenIsBoundToAnotherCertificateThenServiceRefusesIt() {
		idp.answer(TokenEndpoint.token(tokenBoundTo(files.serverCertificate())));
		assertThat(statusFor("other")).isEqualTo(401);
	}

	private static int statusFor(String caller) {
		return gateway.client()
			.get()
			.uri("/x")
			.header(HttpHeaders.AUTHORIZATION, TestGateway.basic(caller, "secret"))
			.exchange()
			.returnResult(Void.class)
			.getStatus()
			.value();
	}

	private static boolean isBoundToCertificateShown(HttpServerRequest request) {
		AtomicReference<SslHandler> tls = new AtomicReference<>();
		request.withConnection((connection) -> tls.set(connection.channel().pipeline().get(SslHandler.class)));
		try {
			Certificate shown = Objects.requireNonNull(tls.get()).engine().getSession().getPeerCertificates()[0];
			String token = request.requestHeaders().get(HttpHeaders.AUTHORIZATION).substring("Bearer ".length());
			Map<String, Object> confirmation = Objects
				.requireNonNull(SignedJWT.parse(token).getJWTClaimsSet().getJSONObjectClaim("cnf"));
			return thumbprintOf(shown).equals(confirmation.get("x5t#S256"));
		}
		catch (IOException | ParseException ex) {
			return false;
		}
	}

	private static String tokenBoundTo(Path certificate) {
		try (InputStream in = Files.newInputStream(certificate)) {
			String thumbprint = thumbprintOf(CertificateFactory.getInstance("X.509").generateCertificate(in));
			SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
					new JWTClaimsSet.Builder().claim("cnf", Map.of("x5t#S256", thumbprint)).build());
			token.sign(new MACSigner(KEY));
			return token.serialize();
		}
		catch (IOException | GeneralSecurityException | JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String thumbprintOf(Certificate certificate) {
		try {
			return Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
