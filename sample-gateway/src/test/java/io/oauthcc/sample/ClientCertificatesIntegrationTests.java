package io.oauthcc.sample;

import java.net.http.HttpResponse;
import java.util.List;

import io.oauthcc.sample.demo.DemoGateway;
import io.oauthcc.sample.demo.DemoIdp;
import io.oauthcc.sample.demo.DemoUpstream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that authenticate themselves at Spring's authorization server by certificates,
 * and tokens that are bound to them (RFC 8705).
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class ClientCertificatesIntegrationTests {

	@AutoClose
	private static CertificateFiles files;

	@AutoClose
	private static JwkSetServer keys;

	@AutoClose
	private static DemoIdp idp;

	@AutoClose
	private static DemoUpstream upstream;

	@AutoClose
	private static CertificateBoundUpstream boundUpstream;

	@AutoClose
	private static DemoGateway gateway;

	@BeforeAll
	static void start() throws Exception {
		files = CertificateFiles.create();
		keys = JwkSetServer.start(files.selfSignedKey());
		idp = DemoIdp.start(0, "server.ssl.certificate=" + files.file("server.pem"),
				"server.ssl.certificate-private-key=" + files.file("server.key"),
				"server.ssl.trust-certificate=" + files.file("trusted.pem"), "server.ssl.client-auth=want");
		Clients clients = new Clients(idp.bean(RegisteredClientRepository.class));
		clients.registerCertificate("demo-tls", ClientAuthenticationMethod.TLS_CLIENT_AUTH,
				ClientSettings.builder().x509CertificateSubjectDN(CertificateFiles.SUBJECT).build(), "demo:read");
		clients.registerCertificate("demo-self-signed", ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH,
				ClientSettings.builder().jwkSetUrl(keys.url()).build(), "demo:read");
		upstream = DemoUpstream.start(0);
		boundUpstream = CertificateBoundUpstream.start(files.serverContext(), idp.url() + "/oauth2/jwks");
		gateway = Gateways.start("/authorization-server/certificates.yml",
				List.of("--sample.idp=" + idp.url(), "--sample.upstream=" + upstream.url(), files.argument(),
						"--test.bound-upstream=" + boundUpstream.url()));
	}

	@ParameterizedTest
	@CsvSource({ "/tls/x, demo-tls, client.pem", "/self-signed/x, demo-self-signed, self-signed.pem" })
	void requestWhenCertificateIsOfClientThenTokenBoundToItAtUpstream(String path, String clientId, String certificate)
			throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + path);
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode claims = Caller.json(response).path("claims");
		assertThat(claims.path("sub").asString()).isEqualTo(clientId);
		assertThat(claims.path("cnf").path("x5t#S256").asString()).isEqualTo(files.thumbprint(certificate));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tls-none", "tls-other", "tls-stranger", "tls-alone", "self-signed-other" })
	void requestWhenCertificateIsNotOfClientThenBadGateway(String route, CapturedOutput output) throws Exception {
		assertThat(badGateway(route, output)).endsWith("CLIENT_REFUSED, HTTP 401");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tls-impostor", "tls-expired" })
	void requestWhenCertificateIsNotTrustedThenBadGateway(String route, CapturedOutput output) throws Exception {
		assertThat(badGateway(route, output))
			.contains("UNTRUSTED, it refuses the certificate of clientConfig.tls (alert certificate_");
	}

	/** What the log says, without its end. */
	private static String badGateway(String route, CapturedOutput output) throws Exception {
		int before = upstream.requests();
		assertThat(Caller.get(gateway.url() + "/" + route + "/x").statusCode()).isEqualTo(502);
		assertThat(upstream.requests()).isEqualTo(before);
		List<String> lines = output.getOut().lines().filter((line) -> line.contains("No token for")).toList();
		assertThat(lines).singleElement().asString().contains("route:%s from %s".formatted(route, idp.url()));
		return lines.get(0).substring(0, lines.get(0).indexOf(" (more of the same"));
	}

	@Test
	void requestWhenTokenIsBoundToCertificateOfGatewayThenServiceAcceptsIt() throws Exception {
		assertThat(Caller.get(gateway.url() + "/bound/x").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bound-to-another/x", "/not-bound/x" })
	void requestWhenTokenIsNotBoundToCertificateOfGatewayThenServiceRefusesIt(String path) throws Exception {
		assertThat(Caller.get(gateway.url() + path).statusCode()).isEqualTo(401);
	}

}
