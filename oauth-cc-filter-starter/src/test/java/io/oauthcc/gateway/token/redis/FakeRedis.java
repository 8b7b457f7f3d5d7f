package io.oauthcc.gateway.token.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.lettuce.core.RedisCommandExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.data.redis.connection.ReactivePubSubCommands;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveScriptingCommands;
import org.springframework.data.redis.connection.ReactiveStringCommands;
import org.springframework.data.redis.connection.RedisStringCommands.SetOption;
import org.springframework.data.redis.core.types.Expiration;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * One Redis in memory, as far as a store needs it, with the time of a test's clock. It
 * fails when a test wants it to.
 */
@SuppressWarnings("deprecation") // SetOption, as in RedisCommands.
final class FakeRedis {

	private final ReactiveRedisConnection connection = mock();

	private final TreeMap<String, Entry> entries = new TreeMap<>();

	private final List<byte[]> published = new ArrayList<>();

	/** Each command with its key. */
	private final List<String> commands = new ArrayList<>();

	private final Clock clock;

	private Predicate<String> broken = (command) -> false;

	private Predicate<String> frozen = (command) -> false;

	private int unanswered;

	private @Nullable String other;

	private @Nullable String raced;

	FakeRedis(Clock clock) {
		this.clock = clock;
		ReactiveStringCommands strings = mock();
		ReactiveScriptingCommands scripts = mock();
		ReactivePubSubCommands events = mock();
		given(this.connection.stringCommands()).willReturn(strings);
		given(this.connection.scriptingCommands()).willReturn(scripts);
		given(this.connection.pubSubCommands()).willReturn(events);
		given(this.connection.ping()).willReturn(Mono.just("PONG"));
		given(this.connection.closeLater()).willReturn(Mono.empty());
		given(events.createSubscription(any())).willReturn(Mono.never());
		given(strings.get(any(ByteBuffer.class)))
			.willAnswer((call) -> answer("get", call.getArgument(0), () -> read(text(call.getArgument(0)))));
		given(strings.set(any(), any(), any(Expiration.class), any(SetOption.class))).willAnswer((call) -> answer("set",
				call.getArgument(0),
				() -> set(text(call.getArgument(0)), call.getArgument(1), call.getArgument(2), call.getArgument(3))));
		given(scripts.eval(any(), any(), anyInt(), any(ByteBuffer[].class))).willAnswer((call) -> {
			boolean deletes = text(call.getArgument(0)).contains("'del'");
			return answer(deletes ? "delete" : "extend", call.getArgument(3), () -> {
				String key = text(call.getArgument(3));
				return compare(key, call.getArgument(4), deletes ? null : text(call.getArgument(5)));
			}).flux();
		});
		given(events.publish(any(), any(ByteBuffer.class)))
			.willAnswer((call) -> answer("publish", call.getArgument(0), () -> {
				this.published.add(RedisCommands.bytes(call.getArgument(1)));
				return 1L;
			}));
	}

	private <T> Mono<T> answer(String command, ByteBuffer key, Supplier<@Nullable T> answer) {
		return Mono.defer(() -> {
			String name = command + " " + text(key);
			this.commands.add(name);
			if (this.frozen.test(name)) {
				return Mono.<T>never().doOnSubscribe((any) -> this.unanswered++).doOnCancel(() -> this.unanswered--);
			}
			if (name.equals("get " + this.other)) {
				return Mono.error(new RedisCommandExecutionException("WRONGTYPE Operation against a key"));
			}
			return this.broken.test(name) ? Mono.error(new RedisCommandExecutionException("OOM hush"))
					: Mono.justOrEmpty(answer.get());
		});
	}

	private @Nullable ByteBuffer read(String key) {
		Entry entry = this.entries.get(key);
		return (entry != null && entry.isThere(this.clock)) ? entry.value().duplicate() : null;
	}

	private boolean set(String key, ByteBuffer value, Expiration expiration, SetOption option) {
		if (key.equals(this.raced)) {
			put(key, "raced".getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(1));
		}
		if (option == SetOption.ifAbsent() && read(key) != null) {
			return false;
		}
		put(key, RedisCommands.bytes(value), Duration.ofMillis(expiration.getExpirationTimeInMilliseconds()));
		return true;
	}

	private long compare(String key, ByteBuffer expected, @Nullable String extension) {
		ByteBuffer present = read(key);
		if (present == null || !present.equals(expected)) {
			return 0;
		}
		this.entries.remove(key);
		if (extension != null) {
			put(key, RedisCommands.bytes(present), Duration.ofMillis(Long.parseLong(extension)));
		}
		return 1;
	}

	ReactiveRedisConnection connection() {
		return this.connection;
	}

	void put(String key, byte[] value, Duration timeToLive) {
		this.entries.put(key, new Entry(ByteBuffer.wrap(value.clone()), this.clock.instant().plus(timeToLive)));
	}

	/** What a key holds, whose end it has not come to. */
	byte @Nullable [] get(String key) {
		ByteBuffer value = read(key);
		return (value != null) ? RedisCommands.bytes(value) : null;
	}

	Set<String> keys() {
		this.entries.values().removeIf((entry) -> !entry.isThere(this.clock));
		return this.entries.keySet();
	}

	/** What was sent since this was asked last. */
	List<String> commands() {
		List<String> commands = List.copyOf(this.commands);
		this.commands.clear();
		return commands;
	}

	/** The messages, the first one first. */
	List<byte[]> published() {
		return this.published;
	}

	/** Have commands answered with an error. */
	void breakAll(Predicate<String> broken) {
		this.broken = broken;
	}

	/** Have commands not answered. */
	void freeze(Predicate<String> frozen) {
		this.frozen = frozen;
	}

	/** How many commands somebody still waits for. */
	int unanswered() {
		return this.unanswered;
	}

	/** Have a key hold what is no text. */
	void holdOther(String key) {
		this.other = key;
	}

	/** Have somebody else write to a key just before it is written to. */
	void raceFor(String key) {
		this.raced = key;
	}

	private static String text(ByteBuffer buffer) {
		return new String(RedisCommands.bytes(buffer), StandardCharsets.UTF_8);
	}

	private record Entry(ByteBuffer value, Instant end) {

		boolean isThere(Clock clock) {
			return clock.instant().isBefore(this.end);
		}

	}

}
