package io.oauthcc.gateway.secret.kubernetes;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.api.model.SecretListBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.oauthcc.gateway.fixture.FaultProxy;
import io.oauthcc.gateway.fixture.WireFault;
import io.oauthcc.gateway.secret.SecretSnapshot;
import io.oauthcc.gateway.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An API server whose answers are written down, and that answers nothing else.
 */
class SecretWatchTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final int TIMEOUT_MILLIS = 1000;

	private static final Duration SOON = Duration.ofMillis(200);

	private static final String SECRETS = "/api/v1/namespaces/gateway/secrets?";

	private static final String NAME = "fieldSelector=metadata.name%3Doauth";

	private final Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();

	private final KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(),
			this.responses, false);

	private LazyKubernetesClient client = new LazyKubernetesClient(() -> null);

	@BeforeEach
	void start() {
		this.server.init();
		KubernetesClient application = this.server.createClient();
		this.client = new LazyKubernetesClient(() -> application);
	}

	@AfterEach
	void stop() {
		this.client.destroy();
		this.server.destroy();
	}

	@Test
	void watchWhenGoneThenListsAgain() {
		list(secret("1", "one"));
		watch("1", new WatchEvent(status(410), "ERROR"));
		relist(secret("9", "two"));
		watch("9", new WatchEvent(secret("10", "three"), "MODIFIED"));
		assertSnapshots(value("one"), value("two"), value("three"));
	}

	@Test
	void watchWhenRefusedAsGoneThenListsAgain() {
		list(secret("1", "one"));
		this.server.expect().get().withPath(watchOf("1")).andReturn(410, status(410)).once();
		relist(secret("9", "two"));
		watch("9");
		assertSnapshots(value("one"), value("two"));
	}

	@Test
	void watchWhenConflictThenListsAgain() {
		list(secret("1", "one"));
		this.server.expect().get().withPath(watchOf("1")).andReturn(409, status(409)).once();
		relist(secret("9", "two"));
		watch("9", new WatchEvent(status(409), "ERROR"));
		watch("9", new WatchEvent(secret("10", "three"), "MODIFIED"));
		assertSnapshots(value("one"), value("two"), value("three"));
	}

	@Test
	void watchWhenConnectionDropsThenGoesOnWhereItWas() {
		list(secret("1", "one"));
		// Each connection ends when it has told what it has to tell.
		watch("1", new WatchEvent(secret("2", "two"), "MODIFIED"));
		watch("2", new WatchEvent(secret("3", "three"), "MODIFIED"));
		assertSnapshots(value("one"), value("two"), value("three"));
	}

	@Test
	void watchWhenBookmarkThenGoesOnFromThere() {
		list(secret("1", "one"));
		watch("1", new WatchEvent(secret("7", null), "BOOKMARK"));
		watch("7", new WatchEvent(secret("8", "two"), "MODIFIED"));
		assertSnapshots(value("one"), value("two"));
	}

	@Test
	void watchWhenSecretGoesAndAnotherComesThenFollows() {
		list(secret("1", "one"));
		watch("1", new WatchEvent(secret("2", "one"), "DELETED"), new WatchEvent(secret("3", "two"), "ADDED"));
		assertSnapshots(value("one"), missing("there is no secret 'oauth'"), value("two"));
	}

	@Test
	void listWhenForbiddenThenMissingAndWhyUntilAllowed() {
		list(403, status(403));
		relist(secret("1", "one"));
		watch("1");
		assertSnapshots(missing("the gateway may not read the secret 'oauth'"), value("one"));
	}

	@Test
	void listWhenServerFailsThenMissingAndWhyUntilItDoesNot() {
		list(500, status(500));
		relist(secret("1", "one"));
		watch("1");
		assertSnapshots(missing("the API server cannot be asked"), value("one"));
	}

	@Test
	void listWhenServerFailsLaterThenLastValueStays() {
		list(secret("1", "one"));
		watch("1", new WatchEvent(status(410), "ERROR"));
		this.server.expect().get().withPath(SECRETS + NAME).andReturn(403, status(403)).once();
		this.server.expect().get().withPath(SECRETS + NAME).andReturn(500, status(500)).once();
		relist(secret("9", "two"));
		watch("9");
		assertSnapshots(value("one"), value("two"));
	}

	@Test
	void listWhenBodyStallsLaterThenListsAgain() {
		list(secret("1", "one"));
		watch("1", new WatchEvent(status(410), "ERROR"));
		relist(secret("9", "two"));
		relist(secret("9", "two"));
		watch("9", new WatchEvent(secret("10", "three"), "MODIFIED"));
		assertSnapshotsThoughStalled((answer) -> answer.contains("SecretList") && answer.contains("\"9\""),
				WireFault.STALLED_IN_BODY, value("one"), value("two"), value("three"));
	}

	@Test
	void watchWhenItDoesNotBeginThenWatchesWithoutWebSocket() {
		list(secret("1", "one"));
		watch("1");
		watchWithoutWebSocket("1", new WatchEvent(secret("2", "two"), "MODIFIED"));
		assertSnapshotsThoughStalled((answer) -> answer.startsWith("HTTP/1.1 101"), WireFault.STALLED_IN_HEAD,
				value("one"), value("two"));
	}

	@Test
	void watchWhenRefusalStallsThenWatchesWithoutWebSocket() {
		list(secret("1", "one"));
		this.server.expect().get().withPath(watchOf("1")).andReturn(403, status(403)).once();
		watchWithoutWebSocket("1", new WatchEvent(secret("2", "two"), "MODIFIED"));
		assertSnapshotsThoughStalled((answer) -> answer.startsWith("HTTP/1.1 403"), WireFault.STALLED_IN_BODY,
				value("one"), value("two"));
	}

	@Test
	void valueWhenNotEncodedThenMissing() {
		Secret secret = secret("1", null);
		secret.setData(Map.of("client_secret", "a"));
		list(secret);
		watch("1");
		assertSnapshots(missing("not encoded"));
	}

	@Test
	void snapshotsWhenNoClientCanBeMadeThenMissingAndTriedAgain() {
		Queue<RuntimeException> errors = new ArrayDeque<>(List.of(new IllegalStateException("hush")));
		list(secret("1", "one"));
		watch("1");
		KubernetesSecretResolver resolver = new KubernetesSecretResolver(() -> {
			RuntimeException error = errors.poll();
			if (error != null) {
				throw error;
			}
			return this.client.get();
		}, "gateway");
		StepVerifier.create(resolver.snapshots("oauth"))
			.assertNext(missing("there is no Kubernetes client: IllegalStateException"))
			.assertNext(value("one"))
			.thenCancel()
			.verify(LIMIT);
	}

	@Test
	void snapshotsWhenApplicationHasNoTimeLimitThenListedWithTheDefault() {
		list(secret("1", "one"));
		watch("1");
		LazyKubernetesClient client = client(this.server.getPort(), 0);
		try {
			assertSnapshots(client, value("one"));
			assertThat(client.get().getConfiguration().getRequestTimeout()).isEqualTo(Config.DEFAULT_REQUEST_TIMEOUT);
		}
		finally {
			client.destroy();
		}
	}

	@SafeVarargs
	private final void assertSnapshots(Consumer<SecretSnapshot>... expected) {
		assertSnapshots(this.client, expected);
	}

	@SafeVarargs
	private static void assertSnapshots(LazyKubernetesClient client, Consumer<SecretSnapshot>... expected) {
		StepVerifier.Step<SecretSnapshot> step = StepVerifier
			.create(new KubernetesSecretResolver(client, "gateway").snapshots("oauth"));
		for (Consumer<SecretSnapshot> each : expected) {
			step = step.assertNext(each);
		}
		step.thenCancel().verify(LIMIT);
	}

	/** One answer stalls, and no other. */
	@SafeVarargs
	private void assertSnapshotsThoughStalled(Predicate<String> answers, WireFault stalled,
			Consumer<SecretSnapshot>... expected) {
		AtomicBoolean first = new AtomicBoolean(true);
		try (FaultProxy proxy = FaultProxy.http(this.server.getPort())) {
			proxy.begin(stalled, (answer) -> answers.test(answer) && first.getAndSet(false));
			LazyKubernetesClient client = client(proxy.port(), TIMEOUT_MILLIS);
			try {
				assertSnapshots(client, expected);
				assertThat(first).as("nothing has stalled").isFalse();
				await().atMost(LIMIT).untilAsserted(() -> assertThat(proxy.struck()).as("connections left").isZero());
			}
			finally {
				client.destroy();
			}
		}
	}

	private static LazyKubernetesClient client(int port, int timeoutMillis) {
		return new LazyKubernetesClient(() -> new KubernetesClientBuilder()
			.withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:%d/".formatted(port))
				.withRequestTimeout(timeoutMillis)
				.build())
			.build());
	}

	private void list(Secret secret) {
		list(200, listOf(secret));
	}

	private void list(int status, Object answer) {
		this.server.expect().get().withPath(SECRETS + NAME + "&resourceVersion=0").andReturn(status, answer).once();
	}

	/** Only the first list may be answered with what the API server has in its cache. */
	private void relist(Secret secret) {
		for (String path : List.of(SECRETS + NAME, SECRETS + NAME + "&resourceVersion=0")) {
			this.server.expect().get().withPath(path).andReturn(200, listOf(secret)).once();
		}
	}

	private static SecretList listOf(Secret secret) {
		return new SecretListBuilder().withNewMetadata()
			.withResourceVersion(secret.getMetadata().getResourceVersion())
			.endMetadata()
			.withItems(secret)
			.build();
	}

	private void watch(String version, WatchEvent... events) {
		var session = this.server.expect().get().withPath(watchOf(version)).andUpgradeToWebSocket().open();
		for (WatchEvent event : events) {
			session.waitFor(SOON.toMillis()).andEmit(event);
		}
		session.done().once();
	}

	private void watchWithoutWebSocket(String version, WatchEvent event) {
		this.server.expect().get().withPath(watchOf(version)).andReturn(200, Serialization.asJson(event) + "\n").once();
	}

	private static String watchOf(String version) {
		return SECRETS + "allowWatchBookmarks=true&" + NAME + "&resourceVersion=" + version
				+ "&timeoutSeconds=600&watch=true";
	}

	private static Status status(int code) {
		return new StatusBuilder().withCode(code).withStatus("Failure").withMessage("status " + code).build();
	}

	private static Secret secret(String version, @Nullable String value) {
		SecretBuilder secret = new SecretBuilder().withNewMetadata()
			.withName("oauth")
			.withNamespace("gateway")
			.withResourceVersion(version)
			.endMetadata();
		return (value == null) ? secret.build()
				: secret
					.addToData("client_secret",
							Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))
					.build();
	}

	private static Consumer<SecretSnapshot> missing(String reason) {
		return (snapshot) -> assertThat(snapshot.value("client_secret")).isInstanceOfSatisfying(
				SecretValue.Missing.class, (missing) -> assertThat(missing.reason()).contains(reason));
	}

	private static Consumer<SecretSnapshot> value(String text) {
		return (snapshot) -> assertThat(snapshot.value("client_secret")).isEqualTo(new SecretValue.Present(text));
	}

}
