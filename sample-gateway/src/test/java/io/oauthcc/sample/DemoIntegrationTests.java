package io.oauthcc.sample;

import java.io.IOException;
import java.net.http.HttpResponse;

import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the demo offers to try works, and its gateway is the one that runs without it.
 */
@ExtendWith(DemoExtension.class)
@Timeout(60)
class DemoIntegrationTests {

	private final Demo demo;

	DemoIntegrationTests(Demo demo) {
		this.demo = demo;
	}

	@Test
	void requestWhenAsPrintedThenUpstreamGetsOneBearerToken() {
		assertThat(this.demo.requests()).hasSize(3).allSatisfy((request) -> {
			HttpResponse<String> response = send(request);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
		});
	}

	private static HttpResponse<String> send(DemoRequest request) throws IOException, InterruptedException {
		return (request.user() != null) ? Caller.get(request.url(), request.user()) : Caller.get(request.url());
	}

	@Test
	void requestWhenRouteWithoutFilterThenPassesAsItIs() throws Exception {
		HttpResponse<String> response = Caller.get(this.demo.gateway().url() + "/plain/hello");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(Caller.authorizationAtUpstream(response)).isEmpty();
	}

	@Test
	void pageWhenFetchedThenItsFilesAreThereAndMayLoadNothingElse() throws Exception {
		for (String path : new String[] { "", "/page.css", "/page.js" }) {
			HttpResponse<String> response = Caller.get(this.demo.pageUrl() + path);
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Security-Policy")).get()
				.asString()
				.contains("default-src 'none'");
		}
	}

	@Test
	void relayWhenPageAsksThenAnswerOfGateway() throws Exception {
		HttpResponse<String> response = Caller.post(this.demo.pageUrl() + "/relay/calls/wrong");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
		assertThat(Caller.json(response).path("status").asInt()).isEqualTo(401);
		assertThat(Caller.json(response).path("challenge").asString()).startsWith("Basic realm=");
	}

	@ParameterizedTest
	@ValueSource(strings = { "actuator/env", "actuator/oauthcc/", "actuator/oauthcc/../env", "actuator/oauthcc?x=y",
			"actuator/metrics/jvm.info", "calls/application", "application/orders", "" })
	void relayWhenPageNeverAsksThenNotFound(String path) throws Exception {
		assertThat(Caller.get(this.demo.pageUrl() + "/relay/" + path).statusCode()).isEqualTo(404);
		assertThat(Caller.delete(this.demo.pageUrl() + "/relay/" + path).statusCode()).isEqualTo(404);
	}

	@Test
	void gatewayWhenDemoHasFurtherLibrariesThenSeesNoneOfThem() throws Exception {
		for (String name : new String[] { "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
				"org.springframework.security.config.annotation.web.builders.HttpSecurity",
				"org.apache.catalina.startup.Tomcat", "jakarta.servlet.Servlet",
				"org.springframework.web.servlet.DispatcherServlet", "org.junit.jupiter.api.Test",
				"io.oauthcc.sample.demo.Demo" }) {
			assertThat(Class.forName(name)).isNotNull();
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> this.demo.gateway().classLoader().loadClass(name));
		}
	}

}
