package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReturnType;
import org.springframework.data.redis.connection.SetCondition;
import org.springframework.data.redis.core.types.Expiration;

/**
 * The few commands that a store needs. None of them fails: where there is no Redis, or it
 * does not answer in time, nothing comes of them.
 */
final class RedisCommands {

	private static final ByteBuffer COMPARE_AND_DELETE = script(
			"if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end");

	private static final ByteBuffer COMPARE_AND_EXTEND = script(
			"if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end");

	private final Supplier<@Nullable ReactiveRedisConnection> connection;

	private final RedisBreaker breaker;

	private final Duration timeout;

	RedisCommands(Supplier<@Nullable ReactiveRedisConnection> connection, RedisBreaker breaker, Duration timeout) {
		this.connection = connection;
		this.breaker = breaker;
		this.timeout = timeout;
	}

	private static ByteBuffer script(String text) {
		return buffer(text).asReadOnlyBuffer();
	}

	Mono<byte[]> get(String key) {
		return send((redis) -> redis.stringCommands().get(buffer(key))).map(RedisCommands::bytes);
	}

	Mono<Boolean> set(String key, byte[] value, Duration timeToLive) {
		return send((redis) -> redis.stringCommands()
			.set(buffer(key), ByteBuffer.wrap(value), SetCondition.upsert(), Expiration.from(timeToLive)));
	}

	/** Whether the key was not there; empty if nobody knows. */
	Mono<Boolean> setIfAbsent(String key, byte[] value, Duration timeToLive) {
		return send((redis) -> redis.stringCommands()
			.set(buffer(key), ByteBuffer.wrap(value), SetCondition.ifAbsent(), Expiration.from(timeToLive))
			.defaultIfEmpty(false));
	}

	Mono<Boolean> deleteIf(String key, byte[] value) {
		return eval(COMPARE_AND_DELETE, buffer(key), ByteBuffer.wrap(value));
	}

	Mono<Boolean> extendIf(String key, byte[] value, Duration timeToLive) {
		return eval(COMPARE_AND_EXTEND, buffer(key), ByteBuffer.wrap(value),
				buffer(Long.toString(timeToLive.toMillis())));
	}

	Mono<Long> publish(String channel, byte[] message) {
		return send((redis) -> redis.pubSubCommands().publish(buffer(channel), ByteBuffer.wrap(message)));
	}

	private Mono<Boolean> eval(ByteBuffer script, ByteBuffer... keyAndArguments) {
		return send((redis) -> redis.scriptingCommands()
			.<Long>eval(script.duplicate(), ReturnType.INTEGER, 1, keyAndArguments)
			.next()
			.map((count) -> count > 0));
	}

	private <T> Mono<T> send(Function<ReactiveRedisConnection, Mono<T>> command) {
		return Mono.defer(() -> {
			ReactiveRedisConnection redis = this.connection.get();
			return (redis != null) ? this.breaker.guard(Mono.defer(() -> command.apply(redis)).timeout(this.timeout))
					: Mono.empty();
		});
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
