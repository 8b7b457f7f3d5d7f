package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The {@code Retry-After} header, in seconds or as a date (RFC 9110, section 10.2.3), at
 * least one second and at most so long that no answer can shut a gateway for good.
 */
final class RetryAfter {

	private static final Duration MINIMUM = Duration.ofSeconds(1);

	private static final Duration MAXIMUM = Duration.ofMinutes(5);

	private RetryAfter() {
	}

	static @Nullable Duration of(HttpHeaders headers, Clock clock) {
		String value = headers.getFirst(HttpHeaders.RETRY_AFTER);
		Duration wait = (value != null) ? parse(value.trim(), clock) : null;
		if (wait == null) {
			return null;
		}
		if (wait.compareTo(MINIMUM) < 0) {
			return MINIMUM;
		}
		return (wait.compareTo(MAXIMUM) < 0) ? wait : MAXIMUM;
	}

	private static @Nullable Duration parse(String value, Clock clock) {
		try {
			if (value.chars().allMatch((character) -> character >= '0' && character <= '9')) {
				return value.isEmpty() ? null : Duration.ofSeconds(Long.parseLong(value));
			}
			return Duration.between(clock.instant(),
					ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
		}
		catch (NumberFormatException ex) {
			return MAXIMUM;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
