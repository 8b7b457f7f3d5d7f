package io.oauthcc.gateway.token.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.resource.ClientResources;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LettuceFactory}: what becomes of settings, without a Redis.
 */
class LettuceFactoryTests {

	private final ClientResources resources = LettuceFactory.resources();

	@AfterEach
	void shutdown() {
		this.resources.shutdown(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
	}

	@Test
	void createWhenOneEndpointThenItWithItsDatabase() {
		LettuceConnectionFactory factory = create(settings(false, null, "redis.example:7000"));
		assertThat(factory.getHostName()).isEqualTo("redis.example");
		assertThat(factory.getPort()).isEqualTo(7000);
		assertThat(factory.getDatabase()).isEqualTo(3);
	}

	@Test
	void createWhenNoPortThenThatOfRedis() {
		assertThat(create(settings(false, null, "redis.example")).getPort()).isEqualTo(6379);
	}

	@Test
	void createWhenClusterThenItsNodesAndFollowsIt() {
		LettuceConnectionFactory factory = create(settings(true, null, "a:7000", "b:7001"));
		RedisClusterConfiguration cluster = Objects.requireNonNull(factory.getClusterConfiguration());
		assertThat(cluster.getClusterNodes()).extracting(RedisNode::toString)
			.containsExactlyInAnyOrder("a:7000", "b:7001");
		assertThat(cluster.getUsername()).isEqualTo("user");
		assertThat(cluster.getPassword()).isEqualTo(RedisPassword.of("hush"));
		assertThat(options(factory)).isInstanceOfSatisfying(ClusterClientOptions.class,
				(options) -> assertThat(options.getTopologyRefreshOptions().isPeriodicRefreshEnabled()).isTrue());
	}

	@Test
	void createWhenSentinelsThenTheirsAndTheMasters() {
		LettuceConnectionFactory factory = create(
				settings(false, new RedisSettings.Sentinel("main", "watcher", "hush-watcher"), "a", "b:7001"));
		RedisSentinelConfiguration sentinel = Objects.requireNonNull(factory.getSentinelConfiguration());
		assertThat(Objects.requireNonNull(sentinel.getMaster()).getName()).isEqualTo("main");
		assertThat(sentinel.getSentinels()).extracting(RedisNode::toString)
			.containsExactlyInAnyOrder("a:26379", "b:7001");
		assertThat(sentinel.getSentinelUsername()).isEqualTo("watcher");
		assertThat(sentinel.getSentinelPassword()).isEqualTo(RedisPassword.of("hush-watcher"));
		assertThat(sentinel.getUsername()).isEqualTo("user");
		assertThat(sentinel.getPassword()).isEqualTo(RedisPassword.of("hush"));
		assertThat(sentinel.getDatabase()).isEqualTo(3);
	}

	@Test
	void createThenNothingIsConnectedOrWaitsForAConnection() {
		LettuceConnectionFactory factory = create(settings(false, null, "redis.example:7000"));
		assertThat(factory.isAutoStartup()).isFalse();
		assertThat(factory.isEarlyStartup()).isFalse();
		assertThat(factory.getEagerInitialization()).isFalse();
		assertThat(options(factory).getDisconnectedBehavior())
			.isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
		assertThat(factory.getClientConfiguration().isUseSsl()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void createWhenTlsThenPeerIsVerifiedUnlessToldOtherwise(boolean insecure) {
		RedisSettings settings = new RedisSettings(false, List.of("redis.example:7000"), false, null, null, null, 0,
				new TlsSettings(List.of(), false, List.of(), null, insecure), Duration.ofMillis(250));
		LettuceConnectionFactory factory = create(settings);
		assertThat(factory.getClientConfiguration().isUseSsl()).isTrue();
		assertThat(factory.getClientConfiguration().getVerifyMode())
			.isEqualTo(insecure ? SslVerifyMode.NONE : SslVerifyMode.FULL);
		assertThat(options(factory).getSslOptions()).isNotEqualTo(ClientOptions.create().getSslOptions());
	}

	private static RedisSettings settings(boolean cluster, RedisSettings.@Nullable Sentinel sentinel,
			String... endpoints) {
		return new RedisSettings(false, List.of(endpoints), cluster, sentinel, "user", "hush", 3, null,
				Duration.ofMillis(250));
	}

	private static ClientOptions options(LettuceConnectionFactory factory) {
		return factory.getClientConfiguration().getClientOptions().orElseThrow();
	}

	private LettuceConnectionFactory create(RedisSettings settings) {
		return LettuceFactory.create(settings, this.resources);
	}

}
