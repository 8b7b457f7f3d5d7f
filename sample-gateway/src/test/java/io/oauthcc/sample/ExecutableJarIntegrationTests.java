package io.oauthcc.sample;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.oauthcc.sample.demo.Demo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The executable jar as a gateway with routes of its user.
 */
@ExtendWith(DemoExtension.class)
@Timeout(90)
class ExecutableJarIntegrationTests {

	private static final String ROUTES = """
			management.endpoint.health.show-details: always
			management.info.env.enabled: true
			spring.cloud.gateway.server.webflux.routes:
			  - id: orders
			    uri: <upstream>
			    predicates: [Path=/orders/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/oauth2/token
			          clientId: demo-gateway
			          clientSecret: demo-gateway-secret
			  - id: untouched
			    uri: <untouched>
			    predicates: [Path=/untouched/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <untouched>/oauth2/token
			          clientId: demo-gateway
			          clientSecret: demo-gateway-secret
			""";

	@Test
	void jarWhenRoutesOfItsUserThenServesThemAndConnectsToNothingAtStart(Demo demo, @TempDir Path directory)
			throws Exception {
		try (ServerSocketChannel untouched = ServerSocketChannel.open()) {
			untouched.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
			String untouchedUrl = "http://127.0.0.1:" + untouched.socket().getLocalPort();
			Path routes = Files.writeString(directory.resolve("routes.yml"),
					ROUTES.replace("<upstream>", demo.upstream().url())
						.replace("<idp>", demo.idp().url())
						.replace("<untouched>", untouchedUrl));
			// As inside a cluster whose API server would be there, but without a
			// reference to a secret.
			Map<String, String> environment = Map.of("KUBERNETES_MASTER", untouchedUrl);
			try (JarGateway gateway = JarGateway.start(directory, environment,
					List.of("--spring.config.additional-location=" + routes.toUri(), "--sample.idp=" + untouchedUrl,
							"--sample.upstream=" + untouchedUrl))) {
				String url = gateway.url();
				HttpResponse<String> response = Caller.get(url + "/orders/1");
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
				// The user's routes stand in place of the sample's.
				assertThat(Caller.get(url + "/plain/x").statusCode()).isEqualTo(404);
				assertThat(Caller.get(url + "/actuator/health").body()).doesNotContain("kubernetes");
				assertThat(Caller.get(url + "/actuator/info").body()).doesNotContain("kubernetes");
				assertThat(untouched.accept()).isNull();
			}
		}
	}

}
