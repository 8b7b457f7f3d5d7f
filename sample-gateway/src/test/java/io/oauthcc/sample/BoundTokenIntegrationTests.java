package io.oauthcc.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens of Spring's authorization server that are bound to the gateway's key, and a
 * service that verifies them and their proofs.
 */
@ExtendWith(DemoExtension.class)
@Timeout(60)
class BoundTokenIntegrationTests {

	private static BoundTokenUpstream upstream;

	private static DemoGateway gateway;

	@BeforeAll
	static void start(Demo demo) throws IOException {
		upstream = BoundTokenUpstream.start(demo.idp().url() + "/oauth2/jwks");
		List<String> arguments = new ArrayList<>(demo.gatewayArguments());
		arguments.add("--test.upstream=" + upstream.url());
		gateway = Gateways.start("/authorization-server/dpop.yml", arguments);
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/bound/x", "/bound/a%20b?c=d", "/rewritten/x", "/bound" })
	void requestWhenTokenIsBoundThenServiceAcceptsIt(String path) throws Exception {
		assertThat(Caller.get(gateway.url() + path).statusCode()).isEqualTo(200);
		assertThat(Caller.post(gateway.url() + path).statusCode()).isEqualTo(200);
	}

	@Test
	void requestWhenTokenIsNotBoundThenServiceRefusesIt() throws Exception {
		assertThat(Caller.get(gateway.url() + "/bearer/x").statusCode()).isEqualTo(401);
	}

	@Test
	void tokenWhenStolenThenOfNoUseWithAnotherKey() throws Exception {
		String token = Caller.get(gateway.url() + "/bound/x").body();
		URI uri = URI.create(upstream.url() + "/x");
		String proof = new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256)
			.createDPoPJWT("GET", uri, new DPoPAccessToken(token))
			.serialize();
		HttpRequest request = HttpRequest.newBuilder(uri)
			.header("Authorization", "DPoP " + token)
			.header("DPoP", proof)
			.build();
		assertThat(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
			.isEqualTo(401);
	}

}
