package io.oauthcc.sample;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.oauthcc.sample.demo.Demo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Looks for secrets, tokens and callers in everything that a gateway says of itself while
 * it logs all that it can: secrets stand inline, callers bring theirs, calls succeed and
 * fail.
 */
@ExtendWith(DemoExtension.class)
class ExposureIntegrationTests {

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args: {url: <idp>/oauth2/token}
			  - id: gateway
			    uri: <upstream>
			    predicates: [Path=/gateway/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/oauth2/token
			          clientId: exposed
			          clientSecret: hush-inline
			          headers.X-Api-Key: hush-header
			          parameters.tenant_key: hush-parameter
			  - id: refused
			    uri: <upstream>
			    predicates: [Path=/refused/**]
			    filters:
			      - name: OAuthClientCredentials
			        args: {url: <idp>/oauth2/token, clientId: exposed, clientSecret: hush-wrong}
			  - id: gone
			    uri: <upstream>
			    predicates: [Path=/gone/**]
			    filters:
			      - name: OAuthClientCredentials
			        args: {url: 'http://localhost:1/token', clientId: exposed, clientSecret: hush-gone, clientConfig.maxRetries: '0'}
			management:
			  endpoints.web.exposure.include: '*'
			  endpoint:
			    health.show-details: always
			    env.show-values: always
			    configprops.show-values: always
			    gateway.access: unrestricted
			logging.level:
			  root: trace
			  # Spring Cloud Gateway's own, which tell all args and headers at DEBUG, see docs/security.md.
			  org.springframework.cloud.gateway.config.GatewayProperties: info
			  org.springframework.cloud.gateway.route: info
			  org.springframework.cloud.gateway.filter.headers: info
			""";

	private static final List<String> SECRETS = List.of("hush-inline", "hush-header", "hush-parameter", "hush-wrong",
			"hush-gone", "hush-caller", "hush-stranger");

	@Test
	void everythingWhenAllIsLoggedThenNoSecretNoTokenAndNoCaller(Demo demo, @TempDir Path directory) throws Exception {
		Clients clients = new Clients(demo.idp().bean(RegisteredClientRepository.class));
		clients.register("exposed", "hush-inline", Duration.ofMinutes(5), List.of());
		clients.register("hush-caller", "hush-caller-secret", Duration.ofMinutes(5), List.of());
		Path configuration = Files.writeString(directory.resolve("application.yaml"),
				CONFIGURATION.replace("<upstream>", demo.upstream().url()).replace("<idp>", demo.idp().url()));
		try (JarGateway gateway = JarGateway.start(directory, Map.of(),
				List.of("--spring.config.location=" + configuration.toUri()))) {
			List<String> tokens = new ArrayList<>();
			List<String> shown = new ArrayList<>();
			for (int call = 0; call < 2; call++) {
				tokens.add(tokenOf(Caller.get(gateway.url() + "/application/x", "hush-caller:hush-caller-secret")));
				tokens.add(tokenOf(Caller.getAlone(gateway.url() + "/gateway/x")));
				shown.add(problem(Caller.get(gateway.url() + "/application/x", "hush-stranger:hush-stranger-secret"),
						401));
				shown.add(problem(Caller.getAlone(gateway.url() + "/refused/x"), 502));
				shown.add(problem(Caller.getAlone(gateway.url() + "/gone/x"), 503));
			}
			for (String endpoint : endpoints(gateway)) {
				shown.add(Caller.getAlone(endpoint).body());
			}
			assertThat(shown).hasSizeGreaterThan(20);
			List<String> log = gateway.log().lines().toList();
			assertThat(log).anyMatch((line) -> line.contains("TRACE"));
			for (String secret : secrets()) {
				assertThat(shown).as(secret).noneMatch((text) -> text.contains(secret));
				assertThat(log.stream().filter((line) -> line.contains(secret))).as(secret).isEmpty();
			}
			for (String token : tokens) {
				assertThat(shown).noneMatch((text) -> text.contains(token));
				assertThat(log.stream().filter((line) -> line.contains(token))).isEmpty();
			}
		}
	}

	private static String problem(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).isEqualTo(status);
		return response.headers().map() + response.body();
	}

	private static String tokenOf(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		return Caller.authorizationAtUpstream(response).get(0).substring("Bearer ".length());
	}

	/**
	 * All that can be read, with each of our meters; not the heap, which holds
	 * everything.
	 */
	private static List<String> endpoints(JarGateway gateway) throws Exception {
		Pattern template = Pattern.compile("[{}]|heapdump|shutdown|logfile|startup");
		List<String> endpoints = new ArrayList<>();
		JsonNode links = Caller.json(Caller.getAlone(gateway.url() + "/actuator")).path("_links");
		links.valueStream()
			.map((link) -> link.path("href").asString())
			.filter((href) -> !template.matcher(href).find())
			.forEach(endpoints::add);
		Caller.json(Caller.getAlone(gateway.url() + "/actuator/metrics"))
			.path("names")
			.valueStream()
			.map(JsonNode::asString)
			.filter((name) -> name.startsWith("oauthcc."))
			.forEach((name) -> endpoints.add(gateway.url() + "/actuator/metrics/" + name));
		for (String path : List.of("gateway/routes", "gateway/routedefinitions", "gateway/routes/gateway",
				"oauthcc/route:gateway", "oauthcc/route:application")) {
			endpoints.add(gateway.url() + "/actuator/" + path);
		}
		return endpoints;
	}

	private static List<String> secrets() {
		List<String> secrets = new ArrayList<>();
		for (String secret : SECRETS) {
			secrets.add(secret);
			secrets.add(base64(secret));
		}
		secrets.add(base64("exposed:hush-inline"));
		secrets.add(base64("exposed:hush-wrong"));
		secrets.add(base64("hush-caller:hush-caller-secret"));
		secrets.add(base64("hush-stranger:hush-stranger-secret"));
		return secrets;
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
