package io.oauthcc.sample;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;

/**
 * The API server of a cluster, with a namespace in which a gateway may run.
 */
final class Cluster implements AutoCloseable {

	private static final String NAMESPACE = "gateway";

	private final KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
			new HashMap<>(), new KubernetesCrudDispatcher(), false);

	private final KubernetesClient operator;

	private Cluster() {
		this.server.init();
		this.operator = this.server.createClient();
	}

	static Cluster start() {
		return new Cluster();
	}

	/** What tells a process in the cluster where the API server is, and who it is. */
	Map<String, String> environment(String token) {
		return Map.of("KUBERNETES_MASTER", this.operator.getConfiguration().getMasterUrl(), "KUBERNETES_NAMESPACE",
				NAMESPACE, "KUBERNETES_AUTH_TOKEN", token);
	}

	/** Create a secret or change it. */
	void write(String name, Map<String, String> values) {
		Map<String, String> data = new HashMap<>();
		values.forEach((key, value) -> data.put(key,
				Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
		this.operator.secrets()
			.inNamespace(NAMESPACE)
			.resource(new SecretBuilder().withNewMetadata()
				.withName(name)
				.withNamespace(NAMESPACE)
				.endMetadata()
				.withData(data)
				.build())
			.createOr((secret) -> secret.update());
	}

	@Override
	public void close() {
		this.operator.close();
		this.server.destroy();
	}

}
