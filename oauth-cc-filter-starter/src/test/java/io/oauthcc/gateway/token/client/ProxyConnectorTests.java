package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.ForwardProxy;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.ProxySettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProxyConnector}.
 */
class ProxyConnectorTests {

	private static final String HOOK = ProxyConnectorTests.class.getName();

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@Test
	void connectWhenNameOfProxyIsNotFoundYetThenAllWaitForOneLookUp() {
		CountDownLatch answered = new CountDownLatch(1);
		AtomicInteger lookUps = new AtomicInteger();
		Thread test = Thread.currentThread();
		ProxyConnector connector = new ProxyConnector(
				new ProxySettings(ProxySettings.Type.HTTP, "proxy.invalid", 80, null, null, List.of()),
				HttpClient.create(), new ReactorClientHttpConnector());
		Disposable.Composite waiting = Disposables.composite();
		Schedulers.onScheduleHook(HOOK, (task) -> {
			if (Thread.currentThread() != test) {
				return task;
			}
			lookUps.incrementAndGet();
			return () -> {
				awaitUninterruptibly(answered);
				task.run();
			};
		});
		try {
			for (int i = 0; i < 10; i++) {
				waiting
					.add(connector.connect(HttpMethod.GET, URI.create("http://idp.invalid/"), (request) -> Mono.empty())
						.onErrorComplete()
						.subscribe());
			}
			assertThat(lookUps).hasValue(1);
		}
		finally {
			Schedulers.resetOnScheduleHook(HOOK);
			answered.countDown();
			waiting.dispose();
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectWhenProxyKnowsItsUserThenThroughIt(ProxySettings.Type type) throws IOException {
		try (ForwardProxy forward = start(type, "gateway:hush"); Upstream upstream = Upstream.start()) {
			String destination = upstream.url().replace("http://127.0.0.1", "idp.invalid");
			StepVerifier.create(get(settings(type, "localhost", forward.port(), "gateway", "hush"), destination))
				.expectNextCount(1)
				.expectComplete()
				.verify(LIMIT);
			// Its name is left to the proxy.
			assertThat(forward.destinations()).containsExactly(destination);
			assertThat(upstream.received()).hasSize(1);
		}
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "HTTP, gateway, wrong", "HTTP, none, none", "SOCKS5, gateway, wrong" })
	void connectWhenProxyDoesNotKnowItsUserThenSaysSo(ProxySettings.Type type, @Nullable String username,
			@Nullable String password) throws IOException {
		try (ForwardProxy forward = start(type, "gateway:hush")) {
			StepVerifier.create(get(settings(type, "localhost", forward.port(), username, password), "idp.invalid:80"))
				.expectErrorSatisfies((error) -> assertThat(ConnectFailure.of(error, false))
					.hasMessage("the proxy does not connect to it (status %s)"
						.formatted((type == ProxySettings.Type.HTTP) ? "407" : "FAILURE")))
				.verify(LIMIT);
			assertThat(forward.destinations()).isEmpty();
		}
	}

	@Test
	void connectWhenNobodyKnowsTheProxyThenSaysThatItIsTheProxy() {
		StepVerifier.create(get(settings(ProxySettings.Type.HTTP, "proxy.invalid", 80, null, null), "idp.invalid:80"))
			.expectErrorSatisfies((error) -> assertThat(ConnectFailure.of(error, false))
				.hasMessage("the proxy does not connect to it (status unknown_host)"))
			.verify(LIMIT);
	}

	@Test
	void connectWhenHostIsToBeReachedWithoutThenPastTheProxy() throws IOException {
		try (ForwardProxy forward = ForwardProxy.http(null); Upstream upstream = Upstream.start()) {
			ProxySettings settings = new ProxySettings(ProxySettings.Type.HTTP, "localhost", forward.port(), null, null,
					List.of("127.0.0.1"));
			StepVerifier.create(get(settings, upstream.url().replace("http://", "")))
				.expectNextCount(1)
				.expectComplete()
				.verify(LIMIT);
			assertThat(forward.destinations()).isEmpty();
			assertThat(upstream.received()).hasSize(1);
		}
	}

	private static ForwardProxy start(ProxySettings.Type type, String credentials) throws IOException {
		return (type == ProxySettings.Type.HTTP) ? ForwardProxy.http(credentials) : ForwardProxy.socks5(credentials);
	}

	private static ProxySettings settings(ProxySettings.Type type, String host, int port, @Nullable String username,
			@Nullable String password) {
		return new ProxySettings(type, host, port, username, password, List.of());
	}

	private static Mono<ResponseEntity<Void>> get(ProxySettings settings, String authority) {
		return WebClient.builder()
			.clientConnector(new ProxyConnector(settings, HttpClient.newConnection(),
					new ReactorClientHttpConnector(HttpClient.newConnection())))
			.build()
			.get()
			.uri("http://" + authority + "/")
			.retrieve()
			.toBodilessEntity();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
