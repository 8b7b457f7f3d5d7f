package io.oauthcc.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.yaml.snakeyaml.Yaml;

/**
 * The files of {@code config/kubernetes}.
 */
final class Manifests {

	private static final String KUSTOMIZATION = "kustomization.yaml";

	private final Path directory = Path.of(System.getProperty("sample.manifests"));

	private final KubernetesSerialization kinds = new KubernetesSerialization();

	/**
	 * Fabric8's classes take any field; without that, one that they do not know fails.
	 */
	private final ObjectMapper strict = new ObjectMapper()
		.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
			@Override
			public Boolean hasAnySetter(Annotated annotated) {
				return false;
			}
		});

	/** The names of all manifests. */
	List<String> names() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> !name.equals(KUSTOMIZATION))
				.toList();
		}
	}

	/** The names that the kustomization has. */
	List<Object> resources() throws IOException {
		return List.copyOf((List<?>) Objects.requireNonNull(read(KUSTOMIZATION).get("resources")));
	}

	Map<String, Object> read(String name) throws IOException {
		try (InputStream in = Files.newInputStream(this.directory.resolve(name))) {
			return new Yaml().load(in);
		}
	}

	/**
	 * What a manifest describes.
	 * @throws IllegalArgumentException if it has a field that Kubernetes does not know
	 */
	KubernetesResource validate(Map<String, Object> manifest) {
		Class<? extends KubernetesResource> type = Objects.requireNonNull(this.kinds.getRegisteredKubernetesResource(
				String.valueOf(manifest.get("apiVersion")), String.valueOf(manifest.get("kind"))));
		return this.strict.convertValue(manifest, type);
	}

	<T extends KubernetesResource> T validate(String name, Class<T> type) throws IOException {
		return type.cast(validate(read(name)));
	}

	/** What Spring Boot reads in the pod. */
	String applicationConfiguration() throws IOException {
		return Objects.requireNonNull(validate("config-map.yaml", ConfigMap.class).getData().get("application.yaml"));
	}

}
