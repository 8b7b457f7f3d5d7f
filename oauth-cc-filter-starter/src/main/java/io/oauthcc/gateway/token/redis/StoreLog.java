package io.oauthcc.gateway.token.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.lettuce.core.RedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.core.NestedExceptionUtils;

/**
 * Tells the operator about one store: an outage once, and neither what was sent nor what
 * was answered.
 */
final class StoreLog {

	private static final Logger logger = LoggerFactory.getLogger(StoreLog.class);

	/** What comes and goes is told again after this time. */
	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final String store;

	private final Clock clock;

	private final AtomicLong unreadableUntil = new AtomicLong(Long.MIN_VALUE);

	/** When each reason was told last: several may take turns. */
	private final Map<String, Long> told = new HashMap<>();

	private long workedAt = Long.MIN_VALUE;

	private boolean out;

	StoreLog(String store, Clock clock) {
		this.store = store;
		this.clock = clock;
	}

	/** Redis did not do what it was asked to. */
	void failed(Throwable error) {
		String reason = reason(error);
		if (isNews(reason)) {
			outage();
			event(logger.atWarn()).addKeyValue("reason", reason)
				.log("The token store {}: {}. Until it works again, each gateway asks for its own tokens.", this.store,
						reason);
		}
	}

	private synchronized void outage() {
		this.out = true;
	}

	/** Messages of other gateways do not come. */
	void deaf(Throwable error) {
		String reason = "listening: " + reason(error);
		if (isNews(reason)) {
			event(logger.atWarn()).addKeyValue("reason", reason)
				.log("The token store {}, {}. Until that works again, this gateway does not hear of tokens that others drop.",
						this.store, reason);
		}
	}

	/** Once in an outage, and no more often than the pause if there are many of them. */
	private synchronized boolean isNews(String reason) {
		long now = this.clock.millis();
		Long told = this.told.get(reason);
		if (told != null && (told >= this.workedAt || now - told < PAUSE.toMillis())) {
			return false;
		}
		this.told.put(reason, now);
		return true;
	}

	synchronized void works() {
		this.workedAt = this.clock.millis() + 1;
		if (this.out) {
			this.out = false;
			event(logger.atInfo()).log("The token store {} works again", this.store);
		}
	}

	/** An entry that does not open is as good as none. */
	void unreadable() {
		long now = this.clock.millis();
		long until = this.unreadableUntil.get();
		if (until <= now && this.unreadableUntil.compareAndSet(until, now + PAUSE.toMillis())) {
			event(logger.atWarn()).log(
					"The token store {}: an entry does not open and is replaced. It is of another version, was written with "
							+ "another store.secret, or not by a gateway (further ones are counted only, for a minute)",
					this.store);
		}
	}

	private LoggingEventBuilder event(LoggingEventBuilder event) {
		return event.addKeyValue("store", this.store);
	}

	/** Without the message: it may quote what was sent. */
	private static String reason(Throwable error) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(error);
		return switch (RedisFailure.of(error)) {
			case LATE -> "no answer in time";
			case ANSWERED -> "the answer is " + codeOf(root);
			case MISTAKEN -> "an answer is to another command";
			case NOT_CONNECTED -> (root instanceof RedisException) ? "not connected"
					: "not connected (%s)".formatted(root.getClass().getSimpleName());
		};
	}

	/**
	 * Redis begins an error with a word in capitals: OOM, READONLY, NOAUTH, WRONGPASS.
	 */
	private static String codeOf(Throwable error) {
		String message = (error.getMessage() != null) ? error.getMessage() : "";
		int end = message.indexOf(' ');
		String word = (end > 0) ? message.substring(0, end) : message;
		return word.matches("[A-Z]{2,20}") ? word : "an error";
	}

}
