package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.token.ProxySettings;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProxyConnector}.
 */
class ProxyConnectorTests {

	private static final String HOOK = ProxyConnectorTests.class.getName();

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

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
