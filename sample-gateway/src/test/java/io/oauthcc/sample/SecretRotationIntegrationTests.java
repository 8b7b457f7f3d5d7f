package io.oauthcc.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.oauthcc.sample.demo.Demo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Secrets that change under load: in Kubernetes before and after the identity provider
 * hears of it, and in a mounted volume.
 */
@ExtendWith(DemoExtension.class)
@Timeout(180)
class SecretRotationIntegrationTests {

	private static final Duration LOAD = Duration.ofSeconds(30);

	private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(5);

	private static final Duration FIRST_CHANGE = Duration.ofSeconds(8);

	/** Between the change at the identity provider and that of the reference. */
	private static final Duration APART = Duration.ofSeconds(2);

	private static final String CONFIGURATION = """
			oauth-cc.secrets.file-roots: <root>
			oauth-cc.middlewares:
			  idp-first:
			    url: <idp>/oauth2/token
			    clientId: urn:k8s:secret:idp-first:client_id
			    clientSecret: urn:k8s:secret:idp-first:client_secret
			  volume:
			    url: <idp>/oauth2/token
			    clientId: urn:file:<root>/client_id
			    clientSecret: urn:file:<root>/client_secret
			spring.cloud.gateway.server.webflux.routes:
			  - id: secret-first
			    uri: <upstream>
			    predicates: [Path=/secret-first/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          url: <idp>/oauth2/token
			          clientId: urn:k8s:secret:secret-first:client_id
			          clientSecret: urn:k8s:secret:secret-first:client_secret
			  - id: idp-first
			    uri: <upstream>
			    predicates: [Path=/idp-first/**]
			    filters: [OAuthClientCredentials=idp-first]
			  - id: volume
			    uri: <upstream>
			    predicates: [Path=/volume/**]
			    filters: [OAuthClientCredentials=volume]
			""";

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@Test
	void secretsWhenChangedUnderLoadThenNoRequestFails(Demo demo, @TempDir Path directory) throws Exception {
		Clients clients = new Clients(demo.idp().bean(RegisteredClientRepository.class));
		clients.register("secret-first", "hush-secret-first-1", Duration.ofSeconds(8), List.of());
		clients.register("volume", "hush-volume-1", Duration.ofSeconds(8), List.of());
		// In use until it is renewed, at three quarters of its life at the earliest, and
		// then for longer than the
		// difference: nothing else can help while the gateway knows only a secret that is
		// no longer good.
		clients.register("idp-first", "hush-idp-first-1", Duration.ofSeconds(32), List.of());
		Path volume = Files.createDirectory(directory.resolve("volume"));
		exchange(volume, "hush-volume-1");
		Path configuration = Files.writeString(directory.resolve("routes.yml"),
				CONFIGURATION.replace("<root>", volume.toString())
					.replace("<idp>", demo.idp().url())
					.replace("<upstream>", demo.upstream().url()));
		try (Cluster cluster = Cluster.start()) {
			write(cluster, "secret-first", "hush-secret-first-1");
			write(cluster, "idp-first", "hush-idp-first-1");
			try (JarGateway gateway = JarGateway.start(directory, cluster.environment("hush-service-account"),
					List.of("--spring.config.additional-location=" + configuration.toUri()))) {
				Load secretFirst = new Load(gateway.url() + "/secret-first/x");
				Load idpFirst = new Load(gateway.url() + "/idp-first/x");
				Load files = new Load(gateway.url() + "/volume/x");
				Mono<Void> changes = after(FIRST_CHANGE, () -> {
					write(cluster, "secret-first", "hush-secret-first-2");
					exchange(volume, "hush-volume-2");
					clients.changeSecret("idp-first", "hush-idp-first-2");
				}).then(after(APART, () -> {
					write(cluster, "idp-first", "hush-idp-first-2");
					clients.changeSecret("secret-first", "hush-secret-first-2");
					clients.changeSecret("volume", "hush-volume-2");
				}));
				Mono.when(secretFirst.run(), idpFirst.run(), files.run(), changes).block(LOAD.multipliedBy(2));
				System.out.printf("Rotation: secret first %s; identity provider first %s; volume %s%n", secretFirst,
						idpFirst, files);
				for (Load load : List.of(secretFirst, idpFirst, files)) {
					assertThat(load.statuses)
						.as(() -> gateway.log()
							.lines()
							.filter((line) -> line.contains(" ERROR "))
							.limit(5)
							.toList()
							.toString())
						.hasToString("{200=%d}", Load.REQUESTS);
					assertThat(load.tokens).hasSizeGreaterThanOrEqualTo(2);
				}
				assertThat(gateway.log()).doesNotContain("hush");
			}
		}
	}

	private static Mono<Void> after(Duration delay, Runnable change) {
		return Mono.delay(delay, Schedulers.boundedElastic()).then(Mono.fromRunnable(change));
	}

	private static void write(Cluster cluster, String name, String secret) {
		cluster.write(name, Map.of("client_id", name, "client_secret", secret));
	}

	/** As the kubelet does. */
	private static void exchange(Path volume, String secret) {
		try {
			Path version = Files.createDirectory(volume.resolve(".." + secret));
			Files.writeString(version.resolve("client_id"), "volume\n");
			Files.writeString(version.resolve("client_secret"), secret + "\n");
			Path link = Files.createSymbolicLink(volume.resolve("..data_tmp"), version.getFileName());
			Files.move(link, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
			for (String key : List.of("client_id", "client_secret")) {
				if (!Files.exists(volume.resolve(key))) {
					Files.createSymbolicLink(volume.resolve(key), Path.of("..data", key));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * 200 requests a second, whether or not the earlier ones are answered.
	 */
	private final class Load {

		/**
		 * The upstream closes what more than 200 connections leave idle, without a word.
		 */
		private static final int AT_ONCE = 50;

		private static final int NO_ANSWER = 0;

		private static final int REQUESTS = (int) (LOAD.toMillis() / BETWEEN_REQUESTS.toMillis());

		private final HttpRequest request;

		private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();

		private final Set<String> tokens = ConcurrentHashMap.newKeySet();

		Load(String url) {
			this.request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build();
		}

		Mono<Void> run() {
			return Flux.interval(Duration.ZERO, BETWEEN_REQUESTS)
				.take(REQUESTS)
				.onBackpressureBuffer(REQUESTS)
				.flatMap((tick) -> send(), AT_ONCE)
				.then();
		}

		private Mono<HttpResponse<String>> send() {
			return Mono
				.fromFuture(() -> SecretRotationIntegrationTests.this.client.sendAsync(this.request,
						BodyHandlers.ofString()))
				.doOnNext(this::answered)
				.doOnError((error) -> this.statuses.merge(NO_ANSWER, 1, Integer::sum))
				.onErrorComplete();
		}

		private void answered(HttpResponse<String> response) {
			this.statuses.merge(response.statusCode(), 1, Integer::sum);
			if (response.statusCode() == 200) {
				this.tokens.addAll(Caller.authorizationAtUpstream(response));
			}
		}

		@Override
		public String toString() {
			return "%s, %d tokens".formatted(this.statuses, this.tokens.size());
		}

	}

}
