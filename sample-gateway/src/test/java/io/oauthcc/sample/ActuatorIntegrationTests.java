package io.oauthcc.sample;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the sample's actuator endpoints show.
 */
@ExtendWith(DemoExtension.class)
@Timeout(60)
class ActuatorIntegrationTests {

	private static final String SECRET = "demo-gateway-secret";

	private final Demo demo;

	private final String actuator;

	ActuatorIntegrationTests(Demo demo) {
		this.demo = demo;
		this.actuator = demo.gateway().url() + "/actuator";
	}

	@Test
	void healthWhenDemoRunsThenUp() throws Exception {
		HttpResponse<String> response = Caller.get(this.actuator + "/health");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.json(response).path("status").asString()).isEqualTo("UP");
	}

	@Test
	void linksWhenSampleThenWhatItExposesAndNoSecrets() throws Exception {
		assertThat(Caller.json(Caller.get(this.actuator)).path("_links").propertyNames())
			.contains("health", "info", "metrics", "gateway", "oauthcc")
			.doesNotContain("env", "configprops", "heapdump");
	}

	@Test
	void gatewayRoutesWhenSecretStandsInArgsThenNotShown() throws Exception {
		HttpResponse<String> response = Caller.get(this.actuator + "/gateway/routes");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("OAuthClientCredentials").doesNotContain(SECRET);
	}

	@Test
	void gatewayRouteDefinitionsWhenSecretStandsInArgsThenMasked() throws Exception {
		HttpResponse<String> response = Caller.get(this.actuator + "/gateway/routedefinitions");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).contains("demo-gateway", "******").doesNotContain(SECRET);
	}

	@Test
	void gatewayRoutesWhenWrittenToThenRefused() throws Exception {
		assertThat(Caller.post(this.actuator + "/gateway/routes/new").statusCode()).isEqualTo(405);
	}

	@Test
	void tokensWhenSampleRunsByItselfThenShownAndNotDropped() throws Exception {
		try (DemoGateway gateway = DemoGateway.start(0, this.demo.gatewayArguments())) {
			String endpoint = gateway.url() + "/actuator/oauthcc";
			assertThat(Caller.json(Caller.get(endpoint)).path("middlewares").propertyNames())
				.containsExactlyInAnyOrder("route:application", "route:gateway", "reader");
			assertThat(Caller.delete(endpoint + "/reader").statusCode()).isEqualTo(405);
		}
	}

	@Test
	void environmentWhenExposedThenShowsNoSecret() throws Exception {
		List<String> arguments = new ArrayList<>(this.demo.gatewayArguments());
		arguments.add("--management.endpoints.web.exposure.include=*");
		try (DemoGateway gateway = DemoGateway.start(0, arguments)) {
			for (String endpoint : new String[] { "env", "configprops", "beans", "conditions", "mappings" }) {
				HttpResponse<String> response = Caller.get(gateway.url() + "/actuator/" + endpoint);
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.body()).isNotEmpty().doesNotContain(SECRET);
			}
		}
	}

}
