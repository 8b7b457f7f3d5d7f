package io.oauthcc.gateway.token.client;

import java.time.Duration;

import io.oauthcc.gateway.token.MutableClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryAfter}.
 */
class RetryAfterTests {

	private final MutableClock clock = new MutableClock();

	@Test
	void ofWhenNoHeaderThenNull() {
		assertThat(RetryAfter.of(new HttpHeaders(), this.clock)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "7, 7", "' 7 ', 7", "007, 7", "0, 1", "1, 1", "299, 299", "300, 300", "301, 300", "86400, 300",
			"9223372036854775807, 300", "99999999999999999999999, 300" })
	void ofWhenSecondsThenWithinBounds(String value, long expected) {
		assertThat(of(value)).isEqualTo(Duration.ofSeconds(expected));
	}

	@Test
	void ofWhenDateThenWhatIsLeftUntilIt() {
		String date = "Sat, 31 Jan 2026 12:01:00 GMT";
		assertThat(of(date)).isEqualTo(Duration.ofSeconds(60));
		this.clock.advance(Duration.ofSeconds(45));
		assertThat(of(date)).isEqualTo(Duration.ofSeconds(15));
		this.clock.advance(Duration.ofSeconds(15));
		assertThat(of(date)).isEqualTo(Duration.ofSeconds(1));
		this.clock.advance(Duration.ofDays(1));
		assertThat(of(date)).isEqualTo(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@CsvSource({ "'Thu, 01 Jan 1970 00:00:00 GMT', 1", "'Fri, 31 Dec 9999 23:59:59 GMT', 300" })
	void ofWhenDateFarAwayThenWithinBounds(String value, long expected) {
		assertThat(of(value)).isEqualTo(Duration.ofSeconds(expected));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-5", "+5", "1.5", "1e3", "soon", "7s", "７", "Sat, 31 Foo 2026 12:01:00 GMT",
			"Mon, 31 Jan 2026 12:01:00 GMT", "2026-01-31T12:01:00Z", "\u0000" })
	void ofWhenAnythingElseThenNull(String value) {
		assertThat(of(value)).isNull();
	}

	private @Nullable Duration of(String value) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, value);
		return RetryAfter.of(headers, this.clock);
	}

}
