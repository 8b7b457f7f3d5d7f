package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClockDifference}.
 */
class ClockDifferenceTests {

	private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "Sat, 31 Jan 2026 12:01:30 GMT | the gateway's clock is 90 s behind the token endpoint's",
					"Sat, 31 Jan 2026 11:58:30 GMT | the gateway's clock is 90 s ahead of the token endpoint's",
					"Sat, 31 Jan 2026 12:00:31 GMT | the gateway's clock is 31 s behind the token endpoint's",
					"Sat, 31 Jan 2026 12:00:30 GMT |", "Sat, 31 Jan 2026 11:59:30 GMT |",
					"Sat, 31 Jan 2026 12:00:00 GMT |", "soon |", "'' |" })
	void describeWhenDateThenSaysIfClocksDiffer(String date, @Nullable String description) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.DATE, date);
		assertThat(ClockDifference.describe(headers, NOON)).isEqualTo(description);
		assertThat(ClockDifference.describe(new HttpHeaders(), NOON)).isNull();
	}

}
