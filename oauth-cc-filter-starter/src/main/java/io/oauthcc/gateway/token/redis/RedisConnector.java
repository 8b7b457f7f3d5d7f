package io.oauthcc.gateway.token.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.ReactiveSubscription.Message;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * A connection to Redis, made in the background and never on a request's thread, which it
 * would block. Until it is there, and after its end, there is none.
 */
final class RedisConnector implements Disposable {

	/** The limit of what is done in the background. */
	static final Duration CONNECT = Duration.ofSeconds(2);

	private static final Duration FIRST_WAIT = Duration.ofMillis(250);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

	private final ReactiveRedisConnectionFactory factory;

	private final @Nullable LettuceConnectionFactory own;

	private final String channel;

	private final StoreLog log;

	private final Disposable.Swap commands = Disposables.swap();

	private final Disposable.Swap events = Disposables.swap();

	private volatile Consumer<byte[]> onMessage = (message) -> {
	};

	private volatile Runnable onConnection = () -> {
	};

	private final AtomicReference<@Nullable ReactiveRedisConnection> connection = new AtomicReference<>();

	/**
	 * Create a connector that has not connected yet.
	 * @param factory makes the connections
	 * @param own the same factory if it is this connector's, to be started and stopped by
	 * it, or {@code null} if it is the application's
	 * @param channel the channel to listen to
	 * @param log is told of what goes wrong
	 */
	RedisConnector(ReactiveRedisConnectionFactory factory, @Nullable LettuceConnectionFactory own, String channel,
			StoreLog log) {
		this.factory = factory;
		this.own = own;
		this.channel = channel;
		this.log = log;
	}

	/**
	 * Connect.
	 * @param onMessage gets each message; called on a thread of Redis's client
	 * @param onConnection called each time there is a new connection, and each time
	 * messages are heard again after a while in which they were not
	 */
	void start(Consumer<byte[]> onMessage, Runnable onConnection) {
		this.onMessage = onMessage;
		this.onConnection = onConnection;
		connect(Mono.empty());
	}

	/**
	 * Connect anew, if there is a connection: its other end may have gone without a word,
	 * or be a replica by now. An application's own factory may have been restarted.
	 */
	void restart() {
		ReactiveRedisConnection lost = this.connection.getAndSet(null);
		if (lost == null) {
			return;
		}
		this.events.update(Disposables.disposed());
		LettuceConnectionFactory own = this.own;
		connect((own != null) ? Mono.fromRunnable(own::stop) : lost.closeLater().timeout(CONNECT).onErrorComplete());
	}

	private void connect(Mono<Void> before) {
		this.commands.update(before.subscribeOn(Schedulers.boundedElastic())
			.then(Mono.fromCallable(this::open).subscribeOn(Schedulers.boundedElastic()))
			.flatMap(this::tried)
			.doOnError(this.log::failed)
			.retryWhen(backoff())
			.subscribe(this::opened));
	}

	/** It connects on the calling thread, and waits for it. */
	private ReactiveRedisConnection open() {
		if (this.own != null) {
			this.own.start();
		}
		return this.factory.getReactiveConnection();
	}

	/** It may connect at the first command only. */
	private Mono<ReactiveRedisConnection> tried(ReactiveRedisConnection connection) {
		return connection.ping()
			.timeout(CONNECT)
			.thenReturn(connection)
			.onErrorResume(
					(error) -> connection.closeLater().timeout(CONNECT).onErrorComplete().then(Mono.error(error)));
	}

	private void opened(ReactiveRedisConnection connection) {
		this.connection.set(connection);
		this.events.update(Mono.fromCallable(() -> new ReactiveRedisMessageListenerContainer(this.factory))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMapMany(this::messages)
			.doOnNext(this.onMessage)
			.doOnError(this.log::deaf)
			.retryWhen(backoff())
			.repeat()
			.subscribe());
		this.onConnection.run();
	}

	private Flux<byte[]> messages(ReactiveRedisMessageListenerContainer container) {
		SerializationPair<String> names = SerializationPair.fromSerializer(RedisSerializer.string());
		return container
			.receive(List.of(ChannelTopic.of(this.channel)), names, SerializationPair.byteBuffer(), new Subscribed())
			.map(Message::getMessage)
			.map(RedisCommands::bytes)
			.doFinally((signal) -> container.destroyLater().onErrorComplete().subscribe());
	}

	private static Retry backoff() {
		return Retry.backoff(Long.MAX_VALUE, FIRST_WAIT).maxBackoff(LONGEST_WAIT);
	}

	@Nullable ReactiveRedisConnection connection() {
		return this.connection.get();
	}

	@Override
	public void dispose() {
		this.commands.dispose();
		this.events.dispose();
		this.connection.set(null);
		if (this.own != null) {
			this.own.destroy();
		}
	}

	/**
	 * Redis's client subscribes by itself again when it has lost its connection.
	 */
	private final class Subscribed implements SubscriptionListener {

		@Override
		public void onChannelSubscribed(byte[] channel, long count) {
			RedisConnector.this.onConnection.run();
		}

	}

}
