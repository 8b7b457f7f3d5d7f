package io.oauthcc.gateway.secret.kubernetes;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.oauthcc.gateway.secret.InvalidSecretReferenceException;
import io.oauthcc.gateway.secret.SecretReference;
import io.oauthcc.gateway.secret.SecretSnapshot;
import io.oauthcc.gateway.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class KubernetesSecretResolverTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
			new HashMap<>(), new KubernetesCrudDispatcher(), false);

	@AfterEach
	void stop() {
		this.server.destroy();
	}

	@Test
	void snapshotsWhenSecretComesChangesAndGoesThenFollow() {
		this.server.init();
		try (KubernetesClient client = this.server.createClient()) {
			StepVerifier.create(snapshots(client))
				.assertNext(missing("there is no secret 'oauth'"))
				.then(() -> write(client, Map.of("client_id", "hush-id\n", "client_secret", "hush-one")))
				.assertNext(values("hush-id", "hush-one"))
				.then(() -> write(client, Map.of("client_id", "hush-id", "client_secret", "hush-two")))
				.assertNext(values("hush-id", "hush-two"))
				.then(() -> write(client, Map.of("client_id", "hush-id")))
				.assertNext(missing("the secret 'oauth' has no such key"))
				.then(() -> client.secrets().inNamespace("gateway").withName("oauth").delete())
				.assertNext(missing("there is no secret 'oauth'"))
				.then(() -> write(client, Map.of("client_id", "hush-id", "client_secret", "hush-three")))
				.assertNext(values("hush-id", "hush-three"))
				.thenCancel()
				.verify(LIMIT);
		}
	}

	@Test
	void snapshotsWhenNoApiServerThenMissingAndWhy() {
		this.server.init();
		Config config = new ConfigBuilder(this.server.createClient().getConfiguration()).withRequestRetryBackoffLimit(0)
			.build();
		this.server.destroy();
		try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
			StepVerifier.create(snapshots(client))
				.assertNext(missing("the API server cannot be asked"))
				.thenCancel()
				.verify(LIMIT);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "urn:k8s:secret:", "urn:k8s:secret:a", "urn:k8s:secret:a:", "urn:k8s:secret::b",
			"urn:k8s:secret:a:b:c", "urn:k8s:secret:A_B:c", "urn:k8s:secret:a:b/c", "urn:k8s:secret:a:b " })
	void referenceWhenMalformedThenRefused(String text) {
		assertThatExceptionOfType(InvalidSecretReferenceException.class).isThrownBy(() -> resolver(null).parse(text))
			.withMessage("is not urn:k8s:secret:<name>:<key>");
	}

	@Test
	void referenceWhenWellFormedThenNameAndKey() {
		String text = "urn:k8s:secret:oauth-client.nologin:client_secret";
		assertThat(resolver(null).parse(text))
			.isEqualTo(new SecretReference(text, "oauth-client.nologin", "client_secret"));
	}

	private static Flux<SecretSnapshot> snapshots(KubernetesClient client) {
		return resolver(client).snapshots("oauth");
	}

	private static KubernetesSecretResolver resolver(@Nullable KubernetesClient client) {
		return new KubernetesSecretResolver(() -> Objects.requireNonNull(client), "gateway");
	}

	private static Consumer<SecretSnapshot> missing(String reason) {
		return (snapshot) -> assertThat(snapshot.value("client_secret")).isInstanceOfSatisfying(
				SecretValue.Missing.class, (missing) -> assertThat(missing.reason()).contains(reason));
	}

	private static Consumer<SecretSnapshot> values(String id, String secret) {
		return (snapshot) -> {
			assertThat(snapshot.value("client_id")).isEqualTo(new SecretValue.Present(id));
			assertThat(snapshot.value("client_secret")).isEqualTo(new SecretValue.Present(secret));
		};
	}

	private static void write(KubernetesClient client, Map<String, String> values) {
		Map<String, String> data = new HashMap<>();
		values.forEach((key, value) -> data.put(key,
				Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
		client.secrets()
			.inNamespace("gateway")
			.resource(new SecretBuilder().withNewMetadata()
				.withName("oauth")
				.withNamespace("gateway")
				.endMetadata()
				.withData(data)
				.build())
			.createOr((secret) -> secret.update());
	}

}
