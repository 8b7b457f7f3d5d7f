package io.oauthcc.gateway.secret.kubernetes;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.oauthcc.gateway.secret.SecretSnapshot;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Watches one Kubernetes secret: lists it, watches it, lists it again when the watch has
 * ended, with growing waits while that fails.
 */
final class SecretWatch implements ResourceEventHandler<Secret> {

	private static final int FORBIDDEN = 403;

	private final String name;

	private final Consumer<SecretSnapshot> snapshots;

	/** Once there was an answer, a source that does not answer changes nothing. */
	private boolean answered;

	SecretWatch(String name, Consumer<SecretSnapshot> snapshots) {
		this.name = name;
		this.snapshots = snapshots;
	}

	Disposable start(Supplier<KubernetesClient> clients, @Nullable String configuredNamespace) {
		KubernetesClient client = clients.get();
		String namespace = (configuredNamespace != null) ? configuredNamespace : client.getNamespace();
		if (namespace == null) {
			this.snapshots.accept(SecretSnapshot.missing("the gateway's own namespace is not known",
					"Set 'oauth-cc.secrets.kubernetes.namespace'."));
			return () -> {
			};
		}
		SharedIndexInformer<Secret> informer = client.secrets()
			.inNamespace(namespace)
			.withName(this.name)
			.runnableInformer(0);
		informer.addEventHandler(this);
		informer.exceptionHandler((started, error) -> {
			failed(error);
			return true;
		});
		informer.start().thenRun(() -> listed(informer.getStore().list().isEmpty()));
		return informer::stop;
	}

	/**
	 * What the list held comes to the handler, in order. That it held nothing counts only
	 * once the watch has begun: who may not watch would wait for a secret in vain.
	 */
	private synchronized void listed(boolean empty) {
		if (empty && !this.answered) {
			absent();
		}
	}

	@Override
	public synchronized void onAdd(Secret secret) {
		this.answered = true;
		this.snapshots.accept(KubernetesSecretResolver.snapshot(this.name, secret.getData()));
	}

	@Override
	public void onUpdate(Secret before, Secret secret) {
		onAdd(secret);
	}

	@Override
	public void onDelete(Secret secret, boolean unknownState) {
		absent();
	}

	private synchronized void absent() {
		this.answered = true;
		this.snapshots.accept(SecretSnapshot.missing("there is no secret '%s'".formatted(this.name), "Create it."));
	}

	private synchronized void failed(Throwable error) {
		if (!this.answered) {
			this.snapshots.accept(missing(error));
		}
	}

	private SecretSnapshot missing(Throwable error) {
		if (isForbidden(error)) {
			return SecretSnapshot.missing("the gateway may not read the secret '%s'".formatted(this.name),
					"Give its service account the verbs get, list and watch for that secret.");
		}
		return SecretSnapshot.missing(
				"the API server cannot be asked: %s"
					.formatted(NestedExceptionUtils.getMostSpecificCause(error).getClass().getSimpleName()),
				"Run the gateway in the cluster, or tell the Kubernetes client where it is.");
	}

	private static boolean isForbidden(@Nullable Throwable error) {
		if (error instanceof KubernetesClientException ex && ex.getCode() == FORBIDDEN) {
			return true;
		}
		return error != null && isForbidden(error.getCause());
	}

}
