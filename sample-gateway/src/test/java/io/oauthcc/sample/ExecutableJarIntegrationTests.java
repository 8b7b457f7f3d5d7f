package io.oauthcc.sample;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

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

	private static final Pattern STARTED = Pattern
		.compile("(?s)Netty started on port (?<port>\\d+).*Started SampleGatewayApplication");

	private static final String ROUTES = """
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
			try (LoggedProcess gateway = LoggedProcess.start(directory.resolve("log"),
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
							System.getProperty("sample.jar"), "--server.port=0", "--server.address=localhost",
							"--spring.config.additional-location=" + routes.toUri(), "--sample.idp=" + untouchedUrl,
							"--sample.upstream=" + untouchedUrl))) {
				String url = "http://localhost:" + gateway.await(STARTED, Duration.ofMinutes(1)).group("port");
				HttpResponse<String> response = Caller.get(url + "/orders/1");
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(Caller.authorizationAtUpstream(response)).singleElement().asString().startsWith("Bearer ");
				// The user's routes stand in place of the sample's.
				assertThat(Caller.get(url + "/plain/x").statusCode()).isEqualTo(404);
				assertThat(untouched.accept()).isNull();
			}
		}
	}

}
