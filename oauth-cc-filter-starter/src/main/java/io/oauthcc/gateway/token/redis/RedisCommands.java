package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.RedisConnectionException;
import io.oauthcc.gateway.token.redis.RedisCircuit.Use;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.core.types.Expiration;

/**
 * The few commands that a store needs. None of them fails: where there is no Redis, or it
 * does not answer in time, nothing comes of them.
 */
@SuppressWarnings("deprecation") // SetOption: what stands for it in Spring Data Redis 4.1
									// is not in 4.0.
final class RedisCommands {

	private static final ByteBuffer COMPARE_AND_DELETE = script(
			"if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end");

	private static final ByteBuffer COMPARE_AND_EXTEND = script(
			"if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end");

	private static final Duration LIFE_OF_PROBE = Duration.ofSeconds(1);

	private final Supplier<@Nullable ReactiveRedisConnection> connection;

	private final RedisCircuit circuit;

	private final Duration timeout;

	private final String channel;

	private final CommandObservations observations;

	RedisCommands(Supplier<@Nullable ReactiveRedisConnection> connection, RedisCircuit circuit, Duration timeout,
			String channel, CommandObservations observations) {
		this.connection = connection;
		this.circuit = circuit;
		this.timeout = timeout;
		this.channel = channel;
		this.observations = observations;
	}

	private static ByteBuffer script(String text) {
		return buffer(text).asReadOnlyBuffer();
	}

	/** What stands there, nothing that opens if it is no text; empty if nobody knows. */
	Mono<Optional<byte[]>> readEntry(StoreKey key) {
		return send(Use.READ, key, (redis) -> get(redis, key.entry()));
	}

	/** Whether it was written; empty if nobody knows. */
	Mono<Boolean> writeEntry(StoreKey key, byte[] value, Duration timeToLive) {
		return send(Use.WRITE, key, (redis) -> set(redis, key.entry(), value, SetOption.upsert(), timeToLive));
	}

	/** Whether it was written; empty if nobody knows. */
	Mono<Boolean> writeEntryIfAbsent(StoreKey key, byte[] value, Duration timeToLive) {
		return send(Use.WRITE, key, (redis) -> set(redis, key.entry(), value, SetOption.ifAbsent(), timeToLive));
	}

	/** What stands there, nothing that opens if it is no text; empty if nobody knows. */
	Mono<Optional<byte[]>> readGeneration(StoreKey key) {
		return send(Use.READ, key, (redis) -> get(redis, key.generation()));
	}

	/** Whether it was written; empty if nobody knows. */
	Mono<Boolean> writeGeneration(StoreKey key, byte[] value, Duration timeToLive) {
		return send(Use.WRITE, key, (redis) -> set(redis, key.generation(), value, SetOption.upsert(), timeToLive));
	}

	Mono<Boolean> deleteEntryIf(StoreKey key, byte[] value) {
		return send(Use.WRITE, key, (redis) -> deleteIf(redis, key.entry(), value));
	}

	/** Whether nobody held it; empty if nobody knows. */
	Mono<Boolean> takeLease(StoreKey key, byte[] owner, Duration duration) {
		return send(Use.WRITE, key, (redis) -> set(redis, key.lease(), owner, SetOption.ifAbsent(), duration));
	}

	Mono<Boolean> extendLease(StoreKey key, byte[] owner, Duration duration) {
		return send(Use.WRITE, key, (redis) -> eval(redis, COMPARE_AND_EXTEND, buffer(key.lease()),
				ByteBuffer.wrap(owner), buffer(Long.toString(duration.toMillis()))));
	}

	Mono<Boolean> giveBackLease(StoreKey key, byte[] owner) {
		return send(Use.WRITE, key, (redis) -> deleteIf(redis, key.lease(), owner));
	}

	/**
	 * Tell all gateways.
	 * @param key what it is about
	 * @param message the message
	 */
	Mono<Long> publish(StoreKey key, byte[] message) {
		return send(Use.PUBLISH, key, (redis) -> publish(redis, message));
	}

	private <T> Mono<T> send(Use use, StoreKey key, Function<ReactiveRedisConnection, Mono<T>> command) {
		return Mono.defer(() -> {
			ReactiveRedisConnection redis = this.connection.get();
			return (redis == null) ? Mono.empty() : this.circuit.guard(use,
					this.observations.observe(use, limited(redis, command)), (other) -> probe(other, key));
		});
	}

	private <T> Mono<T> limited(ReactiveRedisConnection redis, Function<ReactiveRedisConnection, Mono<T>> command) {
		return Mono.defer(() -> command.apply(redis)).timeout(this.timeout);
	}

	/** On the node that failed, and with each kind of command that the use needs. */
	private Mono<?> probe(Use use, StoreKey key) {
		return Mono.defer(() -> {
			ReactiveRedisConnection redis = this.connection.get();
			if (redis == null) {
				return Mono.error(new RedisConnectionException("Not connected"));
			}
			return switch (use) {
				case READ -> limited(redis, (connected) -> get(connected, key.probe()));
				case WRITE -> limited(redis,
						(connected) -> set(connected, key.probe(), new byte[0], SetOption.upsert(), LIFE_OF_PROBE))
					.then(limited(redis, (connected) -> deleteIf(connected, key.probe(), new byte[0])));
				case PUBLISH -> limited(redis, (connected) -> publish(connected, new byte[0]));
			};
		});
	}

	private static Mono<Optional<byte[]>> get(ReactiveRedisConnection redis, String key) {
		return redis.stringCommands()
			.get(buffer(key))
			.map(RedisCommands::bytes)
			.onErrorResume(RedisCommands::isWrongType, (error) -> Mono.just(new byte[0]))
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty());
	}

	/** Somebody has put something else there, which is no fault of Redis. */
	private static boolean isWrongType(Throwable error) {
		String message = NestedExceptionUtils.getMostSpecificCause(error).getMessage();
		return message != null && message.startsWith("WRONGTYPE");
	}

	private static Mono<Boolean> set(ReactiveRedisConnection redis, String key, byte[] value, SetOption option,
			Duration timeToLive) {
		return redis.stringCommands()
			.set(buffer(key), ByteBuffer.wrap(value), Expiration.from(timeToLive), option)
			.defaultIfEmpty(false);
	}

	private static Mono<Boolean> deleteIf(ReactiveRedisConnection redis, String key, byte[] value) {
		return eval(redis, COMPARE_AND_DELETE, buffer(key), ByteBuffer.wrap(value));
	}

	private static Mono<Boolean> eval(ReactiveRedisConnection redis, ByteBuffer script, ByteBuffer... keyAndArguments) {
		return redis.scriptingCommands()
			.<Long>eval(script.duplicate(), ReturnType.INTEGER, 1, keyAndArguments)
			.next()
			.map((count) -> count > 0);
	}

	private Mono<Long> publish(ReactiveRedisConnection redis, byte[] message) {
		return redis.pubSubCommands().publish(buffer(this.channel), ByteBuffer.wrap(message));
	}

	private static ByteBuffer buffer(String text) {
		return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
	}

	static byte[] bytes(ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		buffer.duplicate().get(bytes);
		return bytes;
	}

}
