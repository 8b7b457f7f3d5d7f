package io.oauthcc.gateway.secret.kubernetes;

import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.oauthcc.gateway.secret.InvalidSecretReferenceException;
import io.oauthcc.gateway.secret.SecretReference;
import io.oauthcc.gateway.secret.SecretResolver;
import io.oauthcc.gateway.secret.SecretSnapshot;
import io.oauthcc.gateway.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Reads Kubernetes secrets of one namespace, each by a watch of its own: listing all of
 * them would need more rights. Asks for no client before the first secret is wanted.
 */
public final class KubernetesSecretResolver implements SecretResolver {

	/** How references to Kubernetes secrets begin. */
	public static final String PREFIX = "urn:k8s:secret:";

	/** A DNS subdomain name, and the key of a secret. */
	private static final Pattern REFERENCE = Pattern
		.compile(PREFIX + "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?):([-._a-zA-Z0-9]{1,253})");

	private static final Duration FIRST_WAIT = Duration.ofMillis(500);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

	private final Supplier<KubernetesClient> client;

	private final @Nullable String namespace;

	/**
	 * Create a resolver.
	 * @param client the client, asked for on a thread that may block
	 * @param namespace the namespace of the secrets, {@code null} for that of the client
	 */
	public KubernetesSecretResolver(Supplier<KubernetesClient> client, @Nullable String namespace) {
		this.client = client;
		this.namespace = namespace;
	}

	@Override
	public String prefix() {
		return PREFIX;
	}

	@Override
	public SecretReference parse(String text) {
		Matcher matcher = REFERENCE.matcher(text);
		if (!matcher.matches()) {
			throw new InvalidSecretReferenceException("is not %s<name>:<key>".formatted(PREFIX),
					"Use the name of a secret and one of its keys.");
		}
		return new SecretReference(text, matcher.group(1), matcher.group(3));
	}

	@Override
	public Flux<SecretSnapshot> snapshots(String secret) {
		return Flux
			.<SecretSnapshot>create(
					(sink) -> sink.onDispose(new SecretWatch(secret, sink::next).start(this.client, this.namespace)))
			.subscribeOn(Schedulers.boundedElastic())
			.onErrorResume((error) -> Flux.concat(Mono.just(noClient(error)), Mono.error(error)))
			.retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_WAIT).maxBackoff(LONGEST_WAIT))
			.publishOn(Schedulers.boundedElastic())
			.distinctUntilChanged();
	}

	private static SecretSnapshot noClient(Throwable error) {
		return SecretSnapshot.missing("there is no Kubernetes client: %s".formatted(error.getClass().getSimpleName()),
				"Correct the configuration of the Kubernetes client.");
	}

	static SecretSnapshot snapshot(String name, @Nullable Map<String, String> data) {
		Map<String, SecretValue> values = new HashMap<>();
		if (data != null) {
			data.forEach((key, value) -> values.put(key, value(value)));
		}
		return new SecretSnapshot(values, new SecretValue.Missing("the secret '%s' has no such key".formatted(name),
				"Add the key to the secret, or correct the reference."));
	}

	private static SecretValue value(String encoded) {
		try {
			return SecretValue.Present.of(Base64.getMimeDecoder().decode(encoded));
		}
		catch (IllegalArgumentException ex) {
			return new SecretValue.Missing("the value is not encoded in Base64", "Write the key anew.");
		}
	}

}
