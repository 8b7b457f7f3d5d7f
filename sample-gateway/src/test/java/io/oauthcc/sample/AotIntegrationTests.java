package io.oauthcc.sample;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;

import io.oauthcc.sample.demo.Demo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The executable jar with what Spring made of the sample ahead of time, in place of its
 * configuration classes.
 */
@ExtendWith(DemoExtension.class)
@Tag("aot")
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(90)
class AotIntegrationTests {

	private JarGateway gateway;

	@BeforeAll
	void start(Demo demo, @TempDir Path directory) throws Exception {
		this.gateway = JarGateway.start(directory, Map.of("JAVA_TOOL_OPTIONS", "-Dspring.aot.enabled=true"),
				demo.gatewayArguments());
	}

	@AfterAll
	void stop() {
		this.gateway.close();
	}

	@Test
	void startWhenAotIsEnabledThenUsesIt() {
		assertThat(this.gateway.log()).contains("Starting AOT-processed SampleGatewayApplication");
	}

	@Test
	void requestWhenApplicationLevelThenUpstreamGetsToken() throws Exception {
		assertThatUpstreamGetsToken(
				Caller.get(this.gateway.url() + "/application/x", "demo-application:demo-application-secret"));
	}

	@Test
	void requestWhenApplicationLevelAndWrongSecretThenRefused() throws Exception {
		assertThat(Caller.get(this.gateway.url() + "/application/x", "demo-application:wrong").statusCode())
			.isEqualTo(401);
	}

	@Test
	void requestWhenGatewayLevelThenUpstreamGetsToken() throws Exception {
		assertThatUpstreamGetsToken(Caller.get(this.gateway.url() + "/gateway/x"));
	}

	@Test
	void requestWhenNamedMiddlewareThenUpstreamGetsToken() throws Exception {
		assertThatUpstreamGetsToken(Caller.get(this.gateway.url() + "/named/x"));
	}

	private static void assertThatUpstreamGetsToken(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
	}

}
