package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What the {@code Date} of an answer (RFC 9110, section 6.6.1) tells about the gateway's
 * clock. An assertion that is signed a little too early or too late is refused without a
 * word on why.
 */
final class ClockDifference {

	/** What token endpoints put up with is often no more. */
	private static final Duration TOLERABLE = Duration.ofSeconds(30);

	private ClockDifference() {
	}

	/**
	 * Look at an answer that has just come.
	 * @return by how much the clocks differ, in words, or {@code null} if it is not worth
	 * mention or not known
	 */
	static @Nullable String describe(HttpHeaders headers, Clock clock) {
		Duration ahead = ahead(headers.getFirst(HttpHeaders.DATE), clock);
		if (ahead == null || ahead.abs().compareTo(TOLERABLE) <= 0) {
			return null;
		}
		return "the gateway's clock is %d s %s the token endpoint's".formatted(ahead.abs().toSeconds(),
				ahead.isNegative() ? "behind" : "ahead of");
	}

	private static @Nullable Duration ahead(@Nullable String date, Clock clock) {
		if (date == null) {
			return null;
		}
		try {
			return Duration.between(ZonedDateTime.parse(date.trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
					clock.instant());
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
