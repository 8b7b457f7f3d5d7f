package io.oauthcc.gateway.token.redis;

import java.time.Duration;
import java.util.List;
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
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * A connection to Redis, made in the background and never on a request's thread, which it
 * would block. Until it is there, and after its end, there is none.
 */
final class RedisConnector implements Disposable {

	private static final Duration FIRST_WAIT = Duration.ofMillis(500);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	private final ReactiveRedisConnectionFactory factory;

	private final RedisBreaker breaker;

	private final Disposable.Composite background = Disposables.composite();

	private volatile @Nullable ReactiveRedisConnection connection;

	RedisConnector(ReactiveRedisConnectionFactory factory, RedisBreaker breaker) {
		this.factory = factory;
		this.breaker = breaker;
	}

	/**
	 * Connect, and listen to a channel.
	 * @param channel the channel
	 * @param listener gets each message; called on a thread of Redis's client
	 * @param connected called once there is a connection
	 */
	void start(String channel, Consumer<byte[]> listener, Runnable connected) {
		this.background.add(again(Mono.fromCallable(this.factory::getReactiveConnection)).subscribe((connection) -> {
			this.connection = connection;
			connected.run();
		}));
		this.background.add(again(Mono.fromCallable(() -> new ReactiveRedisMessageListenerContainer(this.factory)))
			.flatMapMany((container) -> messages(container, channel))
			.retryWhen(backoff())
			.subscribe(listener));
	}

	private static Flux<byte[]> messages(ReactiveRedisMessageListenerContainer container, String channel) {
		SerializationPair<String> names = SerializationPair.fromSerializer(RedisSerializer.string());
		return container.receive(List.of(ChannelTopic.of(channel)), names, SerializationPair.byteBuffer())
			.map(Message::getMessage)
			.map(RedisCommands::bytes)
			.doFinally((signal) -> container.destroyLater().subscribe());
	}

	/** It connects on the calling thread, and waits for it. */
	private <T> Mono<T> again(Mono<T> connecting) {
		return connecting.subscribeOn(Schedulers.boundedElastic()).doOnError(this.breaker::tell).retryWhen(backoff());
	}

	private static Retry backoff() {
		return Retry.backoff(Long.MAX_VALUE, FIRST_WAIT).maxBackoff(LONGEST_WAIT);
	}

	@Nullable ReactiveRedisConnection connection() {
		return this.connection;
	}

	@Override
	public void dispose() {
		this.background.dispose();
		this.connection = null;
	}

}
