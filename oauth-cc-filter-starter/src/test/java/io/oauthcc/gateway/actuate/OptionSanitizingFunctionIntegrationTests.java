package io.oauthcc.gateway.actuate;

import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Boot's endpoints show of the filter's options, over real HTTP.
 */
class OptionSanitizingFunctionIntegrationTests {

	private static final String CONFIGURATION = """
			management:
			  endpoints.web.exposure.include: env, configprops, beans
			oauth-cc:
			  defaults:
			    url: http://idp/token?key=hush-query
			    headers: {X-Api-Key: hush-header}
			  stores.shared:
			    secret: hush-store-12345
			    redis.endpoints: shown-redis
			  middlewares.named:
			    clientId: shown-named
			    CLIENT_SECRET: hush-named
			spring.cloud.gateway.server.webflux:
			  default-filters:
			    - name: AddRequestHeader
			      args: {name: X-Secret, value: not-ours-either}
			    - name: OAuthClientCredentials
			      args: {clientId: shown-default, clientSecret: hush-default}
			  routes:
			    - id: inline
			      uri: http://localhost
			      predicates: [Path=/inline/**]
			      filters:
			        - name: AddRequestHeader
			          args: {name: X-Password, value: not-ours}
			        - name: OAuthClientCredentials
			          args:
			            clientId: shown-client
			            client-secret: hush-client
			            store: {secret: hush-store-54321, redis.endpoints: shown-node}
			""";

	@ParameterizedTest
	@CsvSource({ "env,always", "configprops,always", "env,never", "configprops,never", "beans,always" })
	void endpointWhenReadThenShowsNoSecret(String endpoint, String showValues) {
		try (TestGateway gateway = TestGateway.start(
				CONFIGURATION + "management.endpoint.%s.show-values: %s\n".formatted(endpoint, showValues), Map.of())) {
			String body = gateway.client()
				.get()
				.uri("/actuator/" + endpoint)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(String.class)
				.returnResult()
				.getResponseBody();
			assertThat(body).doesNotContain("hush");
			if (showValues.equals("always") && !endpoint.equals("beans")) {
				assertThat(body).contains("shown-client", "shown-node", "shown-default", "\"not-ours\"",
						"not-ours-either");
			}
			if (showValues.equals("always") && endpoint.equals("env")) {
				assertThat(body).contains("shown-named", "shown-redis", "http://idp/token?******");
			}
		}
	}

}
