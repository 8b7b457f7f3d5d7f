package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The password of Redis and the secret of a store change while the gateway runs.
 */
class StoreSecretsIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.secrets.file-roots: <root>
			oauth-cc.stores.fleet:
			  secret: urn:file:<root>/store_secret
			  redis:
			    endpoints: 127.0.0.1:<redis>
			    username: gateway
			    password: urn:file:<root>/redis_password
			spring.cloud.gateway.server.webflux.routes:
			  - id: application
			    uri: <upstream>
			    predicates: [Path=/application/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>
			          store.name: fleet
			""";

	@Test
	void storeWhenItsSecretsChangeUnderLoadThenNoRequestFailsAndTheFormerOneIsClosed(@TempDir Path root)
			throws IOException {
		Path directory = root.toRealPath();
		write(directory, "hush-password-1", "hush-store-secret-0123456789-001");
		try (RedisProcess redis = RedisProcess.start("user gateway on >hush-password-1 ~* &* +@all");
				TokenEndpoint idp = TokenEndpoint.start();
				Upstream upstream = Upstream.start();
				TestGateway gateway = TestGateway.start(CONFIGURATION, Map.of("root", directory.toString(), "redis",
						Integer.toString(redis.port()), "idp", idp.url(), "upstream", upstream.url()))) {
			idp.answer(Callers.tokensOf(3600));
			upstream.answer((call) -> new Upstream.Answer(200, String.join(",", call.authorization()), Map.of()));
			String url = gateway.url() + "/application/x";
			awaitStored(redis, url);
			awaitConnections(redis);
			List<Callers.Reply> replies = Callers.load(Duration.ofSeconds(4), (number) -> url, "caller",
					Duration.ofSeconds(1), () -> {
						redis.ask((jedis) -> jedis.aclSetUser("gateway", "resetpass", ">hush-password-2"));
						write(directory, "hush-password-2", "hush-store-secret-0123456789-002");
					});
			assertThat(replies).hasSizeGreaterThan(300).allMatch((reply) -> reply.isFor("caller"));
			// New ones have authenticated with the new password, and the former ones are
			// gone.
			awaitStored(redis, url);
			awaitConnections(redis);
		}
	}

	private static void write(Path directory, String password, String secret) {
		try {
			Files.writeString(directory.resolve("redis_password"), password);
			Files.writeString(directory.resolve("store_secret"), secret);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void awaitStored(RedisProcess redis, String url) {
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			long before = redis.ask(Jedis::dbSize);
			assertThat(Callers.call(url, "probe-" + System.nanoTime()).status()).isEqualTo(200);
			return redis.ask(Jedis::dbSize) > before;
		});
	}

	/** One for commands, one to listen. */
	private static void awaitConnections(RedisProcess redis) {
		await().atMost(Duration.ofSeconds(10))
			.untilAsserted(() -> assertThat(redis.ask(Jedis::clientList).lines())
				.filteredOn((client) -> client.contains("user=gateway"))
				.hasSize(2));
	}

}
