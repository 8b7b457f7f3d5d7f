package io.oauthcc.gateway.token.redis;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.oauthcc.gateway.token.RedisSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Makes connection factories of settings. Commands are refused while there is no
 * connection, and few wait for an answer at a time.
 */
final class LettuceFactory {

	private static final int MAXIMUM_WAITING_COMMANDS = 10_000;

	private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(10);

	private LettuceFactory() {
	}

	static LettuceConnectionFactory create(RedisSettings settings) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(server(settings), client(settings));
		factory.setValidateConnection(false);
		factory.setEagerInitialization(false);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	private static LettuceClientConfiguration client(RedisSettings settings) {
		LettuceClientConfiguration.LettuceClientConfigurationBuilder builder = LettuceClientConfiguration.builder()
			.commandTimeout(settings.timeout())
			.shutdownQuietPeriod(Duration.ZERO)
			.clientOptions(options(settings));
		RedisSettings.Tls tls = settings.tls();
		if (tls != null) {
			LettuceClientConfiguration.LettuceSslClientConfigurationBuilder ssl = builder.useSsl();
			if (tls.insecureSkipVerify()) {
				ssl.disablePeerVerification();
			}
		}
		return builder.build();
	}

	private static ClientOptions options(RedisSettings settings) {
		ClientOptions.Builder builder = settings.cluster()
				? ClusterClientOptions.builder()
					.topologyRefreshOptions(
							ClusterTopologyRefreshOptions.builder().enablePeriodicRefresh(TOPOLOGY_REFRESH).build())
				: ClientOptions.builder();
		builder.autoReconnect(true)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.requestQueueSize(MAXIMUM_WAITING_COMMANDS)
			.socketOptions(SocketOptions.builder().connectTimeout(settings.timeout()).build());
		RedisSettings.Tls tls = settings.tls();
		if (tls != null) {
			builder.sslOptions(ssl(tls));
		}
		return builder.build();
	}

	private static SslOptions ssl(RedisSettings.Tls tls) {
		SslOptions.Builder builder = SslOptions.builder().jdkSslProvider();
		String ca = tls.ca();
		if (ca != null) {
			builder.trustManager(pem(ca));
		}
		String certificate = tls.certificate();
		String key = tls.key();
		if (certificate != null && key != null) {
			builder.keyManager(pem(certificate), pem(key), new char[0]);
		}
		return builder.build();
	}

	private static SslOptions.Resource pem(String text) {
		return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
	}

	private static RedisConfiguration server(RedisSettings settings) {
		if (settings.cluster()) {
			RedisClusterConfiguration cluster = new RedisClusterConfiguration(settings.endpoints());
			cluster.setUsername(settings.username());
			cluster.setPassword(password(settings.password()));
			return cluster;
		}
		RedisSettings.Sentinel sentinel = settings.sentinel();
		return (sentinel != null) ? sentinel(settings, sentinel) : standalone(settings);
	}

	private static RedisSentinelConfiguration sentinel(RedisSettings settings, RedisSettings.Sentinel sentinel) {
		RedisSentinelConfiguration configuration = new RedisSentinelConfiguration();
		configuration.master(sentinel.masterSet());
		settings.endpoints().forEach((endpoint) -> configuration.sentinel(RedisNode.fromString(endpoint)));
		configuration.setSentinelUsername(sentinel.username());
		configuration.setSentinelPassword(password(sentinel.password()));
		configuration.setUsername(settings.username());
		configuration.setPassword(password(settings.password()));
		configuration.setDatabase(settings.database());
		return configuration;
	}

	private static RedisStandaloneConfiguration standalone(RedisSettings settings) {
		RedisNode node = RedisNode.fromString(settings.endpoints().get(0));
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(node.getRequiredHost(),
				(node.getPort() != null) ? node.getPort() : RedisURI.DEFAULT_REDIS_PORT);
		configuration.setUsername(settings.username());
		configuration.setPassword(password(settings.password()));
		configuration.setDatabase(settings.database());
		return configuration;
	}

	private static RedisPassword password(@Nullable String password) {
		return (password != null) ? RedisPassword.of(password) : RedisPassword.none();
	}

}
