package io.oauthcc.gateway.token.redis;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.Transports;
import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * Makes connection factories of settings. Commands are refused while there is no
 * connection, and few wait for an answer at a time.
 */
final class LettuceFactory {

	private static final int MAXIMUM_WAITING_COMMANDS = 10_000;

	/** Finds a node that has taken over from one which does not answer. */
	private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(2);

	private static final int DEFAULT_SENTINEL_PORT = 26_379;

	private static final Duration PAUSE_BETWEEN_REFRESHES = Duration.ofSeconds(1);

	/** Lettuce's own waits grow to half a minute. */
	private static final Delay RECONNECT_DELAY = Delay.fullJitter(Duration.ofMillis(100), Duration.ofSeconds(1), 100,
			TimeUnit.MILLISECONDS);

	/** The connection for events is silent else, and would never notice its end. */
	private static final SocketOptions.KeepAliveOptions KEEP_ALIVE = SocketOptions.KeepAliveOptions.builder()
		.enable()
		.idle(Duration.ofSeconds(5))
		.interval(Duration.ofSeconds(2))
		.count(3)
		.build();

	/** Lettuce 6, which Boot 4.0 comes with, knows nothing of it. */
	private static final boolean MAINTENANCE_IS_NOTIFIED = ClassUtils
		.isPresent("io.lettuce.core.MaintNotificationsConfig", LettuceFactory.class.getClassLoader());

	private LettuceFactory() {
	}

	/**
	 * Threads that all factories share, and when a lost connection is tried again.
	 * Lettuce would end them with each last connection, and leave a socket for names open
	 * then.
	 */
	static ClientResources resources() {
		ClientResources resources = ClientResources.builder().reconnectDelay(RECONNECT_DELAY).build();
		resources.eventLoopGroupProvider().allocate(Transports.eventLoopGroupClass());
		return resources;
	}

	/** Create a factory that is not started yet. */
	static LettuceConnectionFactory create(RedisSettings settings, ClientResources resources) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(server(settings), client(settings, resources));
		factory.setAutoStartup(false);
		factory.setEarlyStartup(false);
		factory.setEagerInitialization(false);
		return factory;
	}

	private static LettuceClientConfiguration client(RedisSettings settings, ClientResources resources) {
		LettuceClientConfiguration.LettuceClientConfigurationBuilder builder = LettuceClientConfiguration.builder()
			.clientResources(resources)
			.commandTimeout(RedisConnector.CONNECT)
			.shutdownQuietPeriod(Duration.ZERO)
			.clientOptions(options(settings));
		TlsSettings tls = settings.tls();
		if (tls != null) {
			LettuceClientConfiguration.LettuceSslClientConfigurationBuilder ssl = builder.useSsl();
			if (tls.insecureSkipVerify()) {
				ssl.disablePeerVerification();
			}
		}
		return builder.build();
	}

	private static ClientOptions options(RedisSettings settings) {
		ClientOptions.Builder builder = settings.cluster() ? ClusterClientOptions.builder()
			.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
				.enablePeriodicRefresh(TOPOLOGY_REFRESH)
				.adaptiveRefreshTriggersTimeout(PAUSE_BETWEEN_REFRESHES)
				.build()) : ClientOptions.builder();
		builder.autoReconnect(true)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.requestQueueSize(MAXIMUM_WAITING_COMMANDS)
			.socketOptions(
					SocketOptions.builder().connectTimeout(RedisConnector.CONNECT).keepAlive(KEEP_ALIVE).build());
		if (MAINTENANCE_IS_NOTIFIED) {
			Maintenance.ignore(builder);
		}
		TlsSettings tls = settings.tls();
		if (tls != null) {
			builder.sslOptions(ssl(tls));
		}
		return builder.build();
	}

	private static SslOptions ssl(TlsSettings tls) {
		SecureRandom random = StoreCipher.seeded();
		SslOptions.Builder builder = SslOptions.builder()
			.jdkSslProvider()
			.trustManager(tls.trustManagers())
			.sslContext((context) -> context.secureRandom(random));
		KeyManagerFactory keyManagers = tls.keyManagers();
		if (keyManagers != null) {
			builder.keyManager(keyManagers);
		}
		return builder.build();
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
		settings.endpoints()
			.forEach((endpoint) -> configuration.sentinel(RedisNode.fromString(endpoint, DEFAULT_SENTINEL_PORT)));
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

	/** Loaded only where Lettuce has the type. */
	private static final class Maintenance {

		private Maintenance() {
		}

		static void ignore(ClientOptions.Builder builder) {
			builder.maintNotificationsConfig(MaintNotificationsConfig.disabled());
		}

	}

}
