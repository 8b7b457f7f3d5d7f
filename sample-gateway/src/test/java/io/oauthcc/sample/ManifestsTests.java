package io.oauthcc.sample;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The manifests hold to Kubernetes's schema and belong together.
 */
class ManifestsTests {

	private static final Pattern REFERENCE = Pattern.compile("urn:k8s:secret:([^:]+):(\\w+)");

	private final Manifests manifests = new Manifests();

	@Test
	void manifestsWhenReadThenKnownFieldsOnlyAndOneNamespace() throws IOException {
		assertThat(this.manifests.names()).hasSize(9)
			.containsExactlyInAnyOrderElementsOf(this.manifests.resources().stream().map(String::valueOf).toList());
		for (String name : this.manifests.names()) {
			HasMetadata resource = (HasMetadata) this.manifests.validate(this.manifests.read(name));
			assertThat(resource.getMetadata().getNamespace()).as(name)
				.isEqualTo((resource instanceof Namespaced) ? "gateway" : null);
		}
	}

	@Test
	void manifestWhenFieldIsUnknownThenRefused() throws IOException {
		Map<String, Object> deployment = this.manifests.read("deployment.yaml");
		Map<String, Object> misspelt = new Yaml()
			.load(new Yaml().dump(deployment).replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.manifests.validate(misspelt))
			.withMessageContaining("readOnlyRootFileSystem");
	}

	@Test
	void roleWhenConfigurationRefersToSecretsThenTheseAndNoMore() throws IOException {
		Secret secret = this.manifests.validate("secret.yaml", Secret.class);
		Matcher references = REFERENCE.matcher(this.manifests.applicationConfiguration());
		TreeSet<String> names = new TreeSet<>();
		while (references.find()) {
			names.add(references.group(1));
			assertThat(secret.getStringData()).containsKey(references.group(2));
		}
		assertThat(names).containsExactly(secret.getMetadata().getName());
		Role role = this.manifests.validate("role.yaml", Role.class);
		PolicyRule rule = role.getRules().get(0);
		assertThat(role.getRules()).hasSize(1);
		assertThat(rule.getResources()).containsExactly("secrets");
		assertThat(rule.getResourceNames()).containsExactlyElementsOf(names);
		assertThat(rule.getVerbs()).containsExactly("get", "list", "watch");
		RoleBinding binding = this.manifests.validate("role-binding.yaml", RoleBinding.class);
		assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
		assertThat(binding.getSubjects()).singleElement()
			.satisfies((subject) -> assertThat(subject.getName()).isEqualTo(podSpec().getServiceAccountName()));
	}

	@Test
	void deploymentWhenReadThenHardenedAndStopsGracefully() throws IOException {
		PodSpec pod = podSpec();
		Container container = pod.getContainers().get(0);
		assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
		assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
		assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
		assertThat(container.getSecurityContext().getCapabilities().getDrop()).isEqualTo(List.of("ALL"));
		assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
		assertThat(container.getResources().getLimits()).containsKey("memory");
		assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
		assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
		Map<String, Object> configuration = new Yaml().load(this.manifests.applicationConfiguration());
		assertThat(configuration).containsEntry("server.shutdown", "graceful");
		long phase = Long.parseLong(
				String.valueOf(configuration.get("spring.lifecycle.timeout-per-shutdown-phase")).replace("s", ""));
		assertThat(pod.getTerminationGracePeriodSeconds())
			.isGreaterThan(phase + container.getLifecycle().getPreStop().getSleep().getSeconds());
		Map<String, String> labels = this.manifests.validate("deployment.yaml", Deployment.class)
			.getSpec()
			.getTemplate()
			.getMetadata()
			.getLabels();
		assertThat(labels)
			.containsAllEntriesOf(this.manifests.validate("service.yaml", Service.class).getSpec().getSelector());
		assertThat(labels)
			.containsAllEntriesOf(this.manifests.validate("pod-disruption-budget.yaml", PodDisruptionBudget.class)
				.getSpec()
				.getSelector()
				.getMatchLabels());
	}

	private PodSpec podSpec() throws IOException {
		return this.manifests.validate("deployment.yaml", Deployment.class).getSpec().getTemplate().getSpec();
	}

}
