package io.oauthcc.gateway.token.redis;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.sun.management.UnixOperatingSystemMXBean;
import io.lettuce.core.resource.ClientResources;
import io.oauthcc.gateway.fixture.RedisProcess;
import io.oauthcc.gateway.token.RedisSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LettuceFactory} with a real Redis.
 */
@DisabledOnOs(OS.WINDOWS)
class LettuceFactoryIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	@Test
	void createWhenConnectedAnewManyTimesThenNoMoreDescriptorsAndNoThreadIsLeftAtTheEnd() {
		Set<Thread> others = threads();
		ClientResources resources = LettuceFactory.resources();
		try (RedisProcess redis = RedisProcess.start()) {
			LettuceConnectionFactory factory = LettuceFactory.create(
					new RedisSettings(false, List.of(redis.endpoint()), false, null, null, null, 0, null, LIMIT),
					resources);
			connect(factory, 10);
			long before = descriptors();
			connect(factory, 20);
			assertThat(descriptors()).isLessThan(before + 4);
			factory.destroy();
		}
		resources.shutdown(0, LIMIT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(LIMIT.toMillis());
		await().atMost(LIMIT).untilAsserted(() -> assertThat(threads()).isSubsetOf(others));
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("lettuce-"))
			.collect(Collectors.toSet());
	}

	private static void connect(LettuceConnectionFactory factory, int times) {
		for (int time = 0; time < times; time++) {
			factory.start();
			ReactiveRedisConnection connection = factory.getReactiveConnection();
			assertThat(connection.ping().block(LIMIT)).isEqualTo("PONG");
			factory.stop();
		}
	}

	private static long descriptors() {
		return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
	}

}
