package io.oauthcc.sample;

import java.net.http.HttpResponse;
import java.util.List;

import io.oauthcc.sample.demo.DemoGateway;
import io.oauthcc.sample.demo.DemoUpstream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keycloak as the identity provider.
 */
@Tag("keycloak")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class KeycloakIntegrationTests {

	@AutoClose
	private static SigningKeys keys;

	@AutoClose
	private static CertificateFiles files;

	@AutoClose
	private static Keycloak keycloak;

	@AutoClose
	private static DemoUpstream upstream;

	@AutoClose
	private static BoundTokenUpstream boundUpstream;

	@AutoClose
	private static CertificateBoundUpstream certificateBoundUpstream;

	@AutoClose
	private static DemoGateway gateway;

	@BeforeAll
	@Timeout(180)
	static void start() throws Exception {
		keys = SigningKeys.start();
		files = CertificateFiles.create();
		keycloak = Keycloak.start(keys.jwkSetUrl(), files);
		upstream = DemoUpstream.start(0);
		String keySet = keycloak.url() + "/realms/oauth-cc/protocol/openid-connect/certs";
		boundUpstream = BoundTokenUpstream.start(keySet);
		certificateBoundUpstream = CertificateBoundUpstream.start(files.serverContext(), keySet);
		gateway = Gateways.start("/keycloak/routes.yml",
				List.of("--sample.idp=" + keycloak.url(), "--test.secure-idp=" + keycloak.secureUrl(),
						"--sample.upstream=" + upstream.url(), keys.argument(), files.argument(),
						"--test.bound-upstream=" + boundUpstream.url(),
						"--test.certificate-bound-upstream=" + certificateBoundUpstream.url()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/application-basic/x", "/application-post/x" })
	void requestWhenCallersCredentialsThenTokenOfCallerAtUpstream(String path) throws Exception {
		JsonNode claims = claimsAtUpstream(
				Caller.get(gateway.url() + path, "demo-application:demo-application-secret"));
		assertThat(claims.path("azp").asString()).isEqualTo("demo-application");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gateway-basic/x", "/gateway-post/x" })
	void requestWhenConfiguredCredentialsThenAudienceAndScopesInTokenAtUpstream(String path) throws Exception {
		JsonNode claims = claimsAtUpstream(Caller.get(gateway.url() + path));
		assertThat(claims.path("azp").asString()).isEqualTo("demo-gateway");
		assertThat(claims.path("aud").asString()).isEqualTo("https://orders.example");
		assertThat(claims.path("scope").asString()).contains("orders:read", "orders:write");
	}

	@ParameterizedTest
	@CsvSource({ "/private-key/x, demo-signed", "/private-key-for-issuer/x, demo-signed", "/secret-key/x, demo-hmac" })
	void requestWhenAssertionIsSignedThenTokenOfClientAtUpstream(String path, String clientId) throws Exception {
		JsonNode claims = claimsAtUpstream(Caller.get(gateway.url() + path));
		assertThat(claims.path("azp").asString()).isEqualTo(clientId);
		assertThat(claims.path("scope").asString()).contains("orders:read");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/private-key-unknown/x", "/private-key-for-others/x", "/secret-key-wrong/x",
			"/secret-key-for-others/x" })
	void requestWhenAssertionHasWrongKeyOrAudienceThenBadGateway(String path) throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + path).statusCode()).isEqualTo(502);
		assertThat(upstream.requests()).isEqualTo(before);
	}

	private static JsonNode claimsAtUpstream(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
		return Caller.json(response).path("claims");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/application-basic/x", "/application-post/x" })
	void requestWhenCallersSecretIsWrongThenUnauthorized(String path) throws Exception {
		int before = upstream.requests();
		HttpResponse<String> response = Caller.get(gateway.url() + path, "demo-application:wrong");
		assertThat(response.statusCode()).isEqualTo(401);
		assertThat(response.headers().firstValue("WWW-Authenticate")).get().asString().startsWith("Basic realm=");
		assertThat(upstream.requests()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/gateway-basic-wrong-secret/x", "/gateway-post-wrong-secret/x" })
	void requestWhenConfiguredSecretIsWrongThenBadGateway(String path) throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + path).statusCode()).isEqualTo(502);
		assertThat(upstream.requests()).isEqualTo(before);
	}

	@Test
	void requestWhenScopeIsNotOfTheCallerThenForbidden() throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + "/application-write/x", "demo-application:demo-application-secret")
			.statusCode()).isEqualTo(403);
		assertThat(upstream.requests()).isEqualTo(before);
	}

	@Test
	void requestWhenTokenIsBoundThenServiceAcceptsIt() throws Exception {
		assertThat(Caller.get(gateway.url() + "/bound/x").statusCode()).isEqualTo(200);
		assertThat(Caller.post(gateway.url() + "/bound/y?a=b").statusCode()).isEqualTo(200);
	}

	@Test
	void requestWhenClientMustProveAndDoesNotThenBadGateway() throws Exception {
		assertThat(Caller.get(gateway.url() + "/bound-without-proof/x").statusCode()).isEqualTo(502);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/certificate/x", "/certificate-by-issuer/x" })
	void requestWhenCertificateIsOfClientThenTokenBoundToItAtUpstream(String path) throws Exception {
		JsonNode claims = claimsAtUpstream(Caller.get(gateway.url() + path));
		assertThat(claims.path("azp").asString()).isEqualTo("demo-certificate");
		assertThat(claims.path("cnf").path("x5t#S256").asString()).isEqualTo(files.thumbprint("client.pem"));
	}

	@Test
	void requestWhenTokenIsBoundToCertificateThenServiceAcceptsIt() throws Exception {
		assertThat(Caller.get(gateway.url() + "/certificate-bound/x").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "certificate-none", "certificate-other", "certificate-stranger" })
	void requestWhenCertificateIsNotOfClientThenBadGateway(String route, CapturedOutput output) throws Exception {
		assertBadGateway(route, "CLIENT_REFUSED, HTTP 401", output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "certificate-impostor", "certificate-expired" })
	void requestWhenCertificateIsNotTrustedThenBadGateway(String route, CapturedOutput output) throws Exception {
		assertBadGateway(route, "UNTRUSTED, it refuses the certificate of clientConfig.tls (alert ", output);
	}

	@Test
	void requestWhenAuthorityOfIssuerIsNotTrustedThenBadGateway(CapturedOutput output) throws Exception {
		assertBadGateway("authority-unknown", "UNTRUSTED, no certificate that is trusted vouches for its own", output);
	}

	private static void assertBadGateway(String route, String reason, CapturedOutput output) throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + "/" + route + "/x").statusCode()).isEqualTo(502);
		assertThat(upstream.requests()).isEqualTo(before);
		assertThat(output.getOut().lines().filter((line) -> line.contains("No token for"))).singleElement()
			.asString()
			.contains("route:%s from %s".formatted(route, keycloak.secureUrl()), reason);
	}

	@Test
	void requestWhenClaimsHoldThenHeadersOfTheTokenAtUpstream() throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + "/claims/x");
		claimsAtUpstream(response);
		JsonNode headers = Caller.json(response).path("headers");
		assertThat(headers.path("X-groups").path(0).asString().split(",")).containsExactlyInAnyOrder("admin", "office");
		assertThat(headers.path("X-client").path(0).asString()).isEqualTo("demo-gateway");
		assertThat(headers.path("X-absent").path(0).asString()).isEmpty();
	}

	@Test
	void requestWhenClaimsDoNotHoldThenForbidden() throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + "/claims-of-others/x").statusCode()).isEqualTo(403);
		assertThat(Caller.get(gateway.url() + "/claims-of-callers/x", "demo-application:demo-application-secret")
			.statusCode()).isEqualTo(403);
		assertThat(upstream.requests()).isEqualTo(before);
	}

	@Test
	void requestWhenTokenDoesNotPassVerificationThenBadGateway() throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + "/audience-of-others/x").statusCode()).isEqualTo(502);
		assertThat(upstream.requests()).isEqualTo(before);
	}

}
