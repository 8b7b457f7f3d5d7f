package io.oauthcc.gateway.filter;

import java.util.Map;

import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Options as users of the other middleware have them, pasted under {@code args}: those of
 * its application-level example, and of its examples with scopes.
 */
class ReferenceConfigurationIntegrationTests {

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: http://<host>/oauth2/token
			  - id: oracle
			    uri: <upstream>
			    predicates: [Path=/oracle/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: http://<host>/oauth2/v1/token
			          clientID: oracle-client
			          clientSecret: oracle-secret
			          scopes:
			            - urn:opc:resource:consumer::all
			  - id: scopes
			    uri: <upstream>
			    predicates: [Path=/scopes/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: http://<host>/oauth2/v1/token
			          clientID: oracle-client
			          clientSecret: oracle-secret
			          audience: https://api.example
			          scopes:
			            - urn:opc:resource:consumer::all
			            - custom:scope:read
			            - custom:scope:write
			          clientConfig:
			            timeoutSeconds: 5
			""";

	@Test
	void gatewayWhenOptionsArePastedThenServes() {
		try (TokenEndpoint idp = TokenEndpoint.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = TestGateway.start(CONFIGURATION, Map.of("host",
						idp.url().replaceAll("^http://|/oauth2/token$", ""), "upstream", upstream.url()))) {
			String caller = TestGateway.basic("caller", "secret");
			for (String path : new String[] { "/application/x", "/oracle/x", "/scopes/x" }) {
				gateway.client()
					.get()
					.uri(path)
					.header(HttpHeaders.AUTHORIZATION, caller)
					.exchange()
					.expectStatus()
					.isOk();
			}
			assertThat(upstream.received()).hasSize(3)
				.allSatisfy(
						(call) -> assertThat(call.authorization()).hasSize(1).first().asString().startsWith("Bearer "));
			assertThat(idp.calls()).hasSize(3);
			assertThat(idp.calls().get(0).authorization()).isEqualTo(caller);
			assertThat(idp.calls().get(0).form()).containsExactly(Map.entry("grant_type", "client_credentials"));
			assertThat(idp.calls().get(1).form()).containsEntry("scope", "urn:opc:resource:consumer::all");
			assertThat(idp.calls().get(2).form())
				.containsEntry("scope", "urn:opc:resource:consumer::all custom:scope:read custom:scope:write")
				.containsEntry("audience", "https://api.example");
			assertThat(idp.calls().get(2).uri()).isEqualTo("/oauth2/v1/token");
		}
	}

}
