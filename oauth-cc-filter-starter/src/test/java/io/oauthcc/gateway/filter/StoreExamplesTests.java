package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example configurations of a store, without its Redis. That their users may do what
 * they have to shows in {@link RedisTopologiesIntegrationTests}.
 */
class StoreExamplesTests {

	private static final Path EXAMPLES = Path.of("../config/redis");

	private static final String CONFIGURATION = """
			STORE_SECRET: hush-store-secret-0123456789-abc
			GATEWAY_PASSWORD: hush
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			""";

	@ParameterizedTest
	@ValueSource(strings = { "single", "sentinel", "cluster" })
	void gatewayWhenExampleAndNoRedisThenStartsAndServes(String topology) {
		try (TokenEndpoint idp = TokenEndpoint.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = TestGateway.start(EXAMPLES.resolve("application-" + topology + ".yaml"),
						CONFIGURATION, Map.of("idp", idp.url(), "upstream", upstream.url()))) {
			assertThat(gateway.context().getEnvironment().getProperty("oauth-cc.defaults.store.name"))
				.isEqualTo("fleet");
			idp.answer(Callers.tokensOf(3600));
			assertThat(Callers.call(gateway.url() + "/application/x", "caller").isFor("caller")).isTrue();
		}
	}

	@Test
	void ruleWhenOnceThenTheSameInAllFilesAndInTheDocumentation() throws IOException {
		String rule = rule("users.acl");
		assertThat(rule).contains("resetkeys ~gateways:oauth-cc:* resetchannels &gateways:oauth-cc:events -@all ");
		assertThat(rule("users-sentinel.acl")).isEqualTo(rule);
		assertThat(rule("users-cluster.acl")).startsWith(rule + " ");
		assertThat(Files.readString(Path.of("../docs/redis.md"))).contains(rule, rule("users-cluster.acl"),
				rule("sentinels.acl"));
	}

	private static String rule(String file) throws IOException {
		return Files.readAllLines(EXAMPLES.resolve(file))
			.stream()
			.filter((line) -> line.startsWith("user gateway "))
			.findFirst()
			.orElseThrow();
	}

}
