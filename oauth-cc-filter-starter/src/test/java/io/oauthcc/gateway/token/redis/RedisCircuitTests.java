package io.oauthcc.gateway.token.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisReadOnlyException;
import io.oauthcc.gateway.token.redis.RedisCircuit.Use;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class RedisCircuitTests {

	private final RedisCircuit circuit = new RedisCircuit(new StoreLog("[redis:6379]", Clock.systemUTC()));

	private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();

	private final List<Use> probed = new ArrayList<>();

	private final Set<Use> broken = EnumSet.noneOf(Use.class);

	private final AtomicInteger restarts = new AtomicInteger();

	private final AtomicInteger returns = new AtomicInteger();

	private RuntimeException error = new RedisCommandExecutionException("OOM command not allowed");

	@BeforeEach
	void listen() {
		this.circuit.onLostConnection(this.restarts::incrementAndGet);
		this.circuit.onReturn(this.returns::incrementAndGet);
	}

	@AfterEach
	void dispose() {
		this.circuit.dispose();
		VirtualTimeScheduler.reset();
	}

	@Test
	void commandWhenAnsweredThenItsValue() {
		assertThat(send(Use.READ)).isEqualTo("value");
		assertThat(this.probed).isEmpty();
	}

	@Test
	void writeWhenAnsweredWithErrorThenReadingGoesOn() {
		this.broken.add(Use.WRITE);
		assertThat(send(Use.WRITE)).isNull();
		assertThat(send(Use.READ)).isEqualTo("value");
		assertThat(send(Use.PUBLISH)).isEqualTo("value");
		this.broken.clear();
		// Nobody but a probe finds out.
		assertThat(send(Use.WRITE)).isNull();
		assertThat(this.probed).isEmpty();
	}

	@Test
	void commandWhenUnansweredThenNoneIsSent() {
		this.broken.add(Use.READ);
		this.error = timeout();
		assertThat(send(Use.READ)).isNull();
		this.broken.clear();
		assertThat(send(Use.READ)).isNull();
		assertThat(send(Use.WRITE)).isNull();
		assertThat(send(Use.PUBLISH)).isNull();
	}

	@Test
	void probeWhenAnsweredThenCommandsAreSentAgain() {
		this.broken.add(Use.WRITE);
		send(Use.WRITE);
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(this.probed).hasSize(10).containsOnly(Use.WRITE);
		assertThat(send(Use.WRITE)).isNull();
		this.broken.clear();
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(send(Use.WRITE)).isEqualTo("value");
		assertThat(this.returns).hasValue(1);
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(this.probed).hasSize(11);
		assertThat(this.restarts).hasValue(0);
	}

	@Test
	void probesWhenUnansweredThenConnectionIsReplaced() {
		this.broken.addAll(EnumSet.allOf(Use.class));
		this.error = timeout();
		send(Use.READ);
		this.time.advanceTimeBy(Duration.ofMillis(2999));
		assertThat(this.restarts).hasValue(0);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.restarts.get()).isPositive();
	}

	@Test
	void commandWhenAnswerIsToAnotherThenConnectionIsReplacedAtOnce() {
		this.broken.add(Use.WRITE);
		this.error = new UnsupportedOperationException("StatusOutput does not support set(long)");
		assertThat(send(Use.WRITE)).isNull();
		assertThat(this.restarts).hasValue(1);
		assertThat(send(Use.READ)).isNull();
	}

	@Test
	void probesWhenAnswerIsToAnotherThenConnectionIsReplacedAtOnce() {
		this.broken.addAll(EnumSet.allOf(Use.class));
		this.error = timeout();
		send(Use.READ);
		this.broken.remove(Use.READ);
		this.broken.remove(Use.PUBLISH);
		this.error = new NumberFormatException("For input string: \"OK\"");
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.restarts).hasValue(1);
	}

	@Test
	void probesWhenNodeIsReplicaThenConnectionIsReplaced() {
		this.broken.add(Use.WRITE);
		this.error = new RedisReadOnlyException("READONLY You can't write against a read only replica.");
		send(Use.WRITE);
		this.time.advanceTimeBy(Duration.ofSeconds(59));
		assertThat(this.restarts).hasValue(1);
		// It was of no use.
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.restarts).hasValue(2);
	}

	@Test
	void disposeWhenProbingThenNoMoreProbes() {
		this.broken.add(Use.READ);
		send(Use.READ);
		this.circuit.dispose();
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.probed).isEmpty();
	}

	@Test
	void closedWhenNothingIsKeptFromRedis() {
		assertThat(this.circuit.isClosed()).isTrue();
		this.broken.add(Use.WRITE);
		send(Use.WRITE);
		assertThat(this.circuit.isClosed()).isFalse();
		this.broken.clear();
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.circuit.isClosed()).isTrue();
	}

	@Test
	void outageWhenThereAreTwoThenToldAndOverWithTheLast() {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger(StoreLog.class);
		log.start();
		logger.addAppender(log);
		try {
			this.broken.addAll(EnumSet.of(Use.READ, Use.WRITE));
			send(Use.READ);
			send(Use.WRITE);
			this.broken.remove(Use.READ);
			this.error = new RedisCommandExecutionException("READONLY hush");
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			assertThat(log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
			assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage)
				.element(1)
				.asString()
				.contains("READONLY");
			this.broken.clear();
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			assertThat(log.list).extracting(ILoggingEvent::getLevel)
				.containsExactly(Level.WARN, Level.WARN, Level.INFO);
		}
		finally {
			logger.detachAppender(log);
		}
	}

	private static RuntimeException timeout() {
		return new IllegalStateException(new TimeoutException());
	}

	private @Nullable String send(Use use) {
		return this.circuit.guard(use, answer(use), (other) -> Mono.defer(() -> {
			this.probed.add(other);
			return answer(other);
		})).block();
	}

	private Mono<String> answer(Use use) {
		return Mono.defer(() -> this.broken.contains(use) ? Mono.error(this.error) : Mono.just("value"));
	}

}
