package io.oauthcc.gateway.token.redis;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.oauthcc.gateway.token.MutableClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoreLog}: what an operator reads of an outage.
 */
class StoreLogTests {

	private static final String OUT = "The token store [redis:6379]: %s. Until it works again, each gateway asks for its own tokens.";

	private final MutableClock clock = new MutableClock();

	private final StoreLog log = new StoreLog("[redis:6379]", this.clock);

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(StoreLog.class);

	@BeforeEach
	void start() {
		this.events.start();
		this.logger.addAppender(this.events);
		this.logger.setLevel(Level.INFO);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.events);
		this.logger.setLevel(null);
	}

	@Test
	void failedWhenAgainInTheSameOutageThenToldOnce() {
		for (int minute = 0; minute < 10; minute++) {
			this.log.failed(new TimeoutException("hush"));
			this.clock.advance(Duration.ofMinutes(1));
		}
		assertTold(OUT.formatted("no answer in time"));
		this.log.failed(new RedisConnectionException("hush"));
		assertTold(OUT.formatted("not connected"));
	}

	@Test
	void failedWhenOutagesFollowEachOtherThenToldOnceAMinute() {
		this.log.failed(new TimeoutException());
		this.clock.advance(Duration.ofSeconds(1));
		this.log.works();
		assertTold(OUT.formatted("no answer in time"), "The token store [redis:6379] works again");
		this.clock.advance(Duration.ofSeconds(59).minusMillis(1));
		this.log.failed(new TimeoutException());
		assertTold();
		this.clock.advance(Duration.ofMillis(1));
		this.log.failed(new TimeoutException());
		assertTold(OUT.formatted("no answer in time"));
	}

	@Test
	void failedWhenItWorkedInTheSameMillisecondThenNextIsOfAnotherOutage() {
		this.log.failed(new TimeoutException());
		this.log.works();
		this.events.list.clear();
		this.clock.advance(Duration.ofMinutes(1));
		this.log.failed(new TimeoutException());
		assertTold(OUT.formatted("no answer in time"));
	}

	@Test
	void failedWhenOutageBeganJustAfterItWorkedThenToldOnce() {
		this.log.works();
		this.clock.advance(Duration.ofMillis(1));
		this.log.failed(new TimeoutException());
		assertTold(OUT.formatted("no answer in time"));
		this.clock.advance(Duration.ofMinutes(2));
		this.log.failed(new TimeoutException());
		assertTold();
	}

	@Test
	void worksWhenItDidThenNotTold() {
		this.log.works();
		assertTold();
		this.log.failed(new TimeoutException());
		this.log.works();
		this.log.works();
		assertThat(this.events.list).hasSize(2);
	}

	@Test
	void deafThenToldOnceAndIsNoOutage() {
		this.log.deaf(new TimeoutException());
		assertTold("The token store [redis:6379], listening: no answer in time. Until that works again, this gateway "
				+ "does not hear of tokens that others drop.");
		this.log.deaf(new TimeoutException());
		assertTold();
		this.log.works();
		assertTold();
	}

	@Test
	void unreadableWhenManyThenToldOnceAMinute() {
		this.log.unreadable();
		this.log.unreadable();
		assertThat(this.events.list).hasSize(1);
		assertThat(this.events.list.get(0).getFormattedMessage()).contains("[redis:6379]: an entry does not open");
		this.clock.advance(Duration.ofMinutes(1).minusMillis(1));
		this.log.unreadable();
		assertThat(this.events.list).hasSize(1);
		this.clock.advance(Duration.ofMillis(1));
		this.log.unreadable();
		assertThat(this.events.list).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "OOM command not allowed hush, OOM", "READONLY, READONLY",
			"WRONGPASS hush, WRONGPASS", "hush, an error", "X hush, an error", "' OOM hush', an error", "-, an error" })
	void failedWhenAnsweredWithErrorThenItsWordInCapitals(@Nullable String message, String word) {
		this.log.failed(new IllegalStateException(new RedisCommandExecutionException(message)));
		assertTold(OUT.formatted("the answer is " + word));
	}

	@Test
	void failedWhenAnswerIsToAnotherThenTold() {
		this.log.failed(new UnsupportedOperationException("StatusOutput does not support set(hush)"));
		assertTold(OUT.formatted("an answer is to another command"));
	}

	@Test
	void failedWhenUnknownThenItsNameAlone() {
		this.log.failed(new IllegalStateException("hush", new ArithmeticException("hush")));
		this.log.failed(new RedisCommandTimeoutException("hush"));
		assertTold(OUT.formatted("not connected (ArithmeticException)"), OUT.formatted("no answer in time"));
	}

	private void assertTold(String... messages) {
		assertThat(this.events.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(messages);
		this.events.list.clear();
	}

}
