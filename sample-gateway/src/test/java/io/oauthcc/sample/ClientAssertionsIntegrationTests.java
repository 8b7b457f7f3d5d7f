package io.oauthcc.sample;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoGateway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that authenticate themselves at Spring's authorization server by assertions.
 */
@ExtendWith(DemoExtension.class)
@Timeout(60)
class ClientAssertionsIntegrationTests {

	@AutoClose
	private static SigningKeys keys;

	@AutoClose
	private static DemoGateway gateway;

	private final Demo demo;

	ClientAssertionsIntegrationTests(Demo demo) {
		this.demo = demo;
	}

	@BeforeAll
	static void start(Demo demo) throws Exception {
		keys = SigningKeys.start();
		Clients clients = new Clients(demo.idp().bean(RegisteredClientRepository.class));
		clients.registerSigning("demo-rsa", keys.jwkSetUrl(), SignatureAlgorithm.RS256, "demo:read");
		clients.registerSigning("demo-ec", keys.jwkSetUrl(), SignatureAlgorithm.ES256, "demo:read");
		clients.registerSigning("demo-hmac", "demo-secret-of-32-characters-or-more", "demo:read");
		List<String> arguments = new ArrayList<>(demo.gatewayArguments());
		arguments.add(keys.argument());
		gateway = Gateways.start("/authorization-server/assertions.yml", arguments);
	}

	@ParameterizedTest
	@CsvSource({ "/private-key/x, demo-rsa", "/private-key-ec/x, demo-ec", "/private-key-for-issuer/x, demo-rsa",
			"/secret-key/x, demo-hmac" })
	void requestWhenAssertionIsSignedThenTokenOfClientAtUpstream(String path, String clientId) throws Exception {
		HttpResponse<String> response = Caller.get(gateway.url() + path);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.json(response).path("claims").path("sub").asString()).isEqualTo(clientId);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/private-key-unknown/x", "/private-key-for-others/x", "/secret-key-wrong/x",
			"/secret-key-for-others/x" })
	void requestWhenAssertionHasWrongKeyOrAudienceThenBadGateway(String path) throws Exception {
		int before = this.demo.upstream().requests();
		assertThat(Caller.get(gateway.url() + path).statusCode()).isEqualTo(502);
		assertThat(this.demo.upstream().requests()).isEqualTo(before);
	}

}
