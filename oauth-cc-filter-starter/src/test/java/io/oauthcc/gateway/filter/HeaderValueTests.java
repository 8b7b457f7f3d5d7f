package io.oauthcc.gateway.filter;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderValueTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, emptyValue = "", nullValues = "null",
			textBlock = """
					admin|admin
					a b, c;"d"|a b, c;"d"
					100%|100%
					a%20b|a%20b
					S\u00fcd|UTF-8''S%C3%BCd
					\ud83d\ude00|UTF-8''%F0%9F%98%80
					 a|UTF-8''%20a
					a |UTF-8''a%20
					utf-8''a|UTF-8''utf-8%27%27a
					""")
	void encodeWhenTextThenItselfOrExtended(String text, String value) {
		assertThat(HeaderValue.encode(text)).isEqualTo(value);
	}

	@Test
	void encodeWhenControlsThenNothingSplits() {
		assertThat(HeaderValue.encode("")).isEmpty();
		assertThat(HeaderValue.encode("a\r\nX-Admin: true\0\t")).isEqualTo("UTF-8''a%0D%0AX-Admin%3A%20true%00%09");
		assertThat(HeaderValue.encode("a\tb")).isEqualTo("UTF-8''a%09b");
		assertThat(HeaderValue.encode("\u007f")).isEqualTo("UTF-8''%7F");
	}

	@Test
	void encodeWhenAnyTextThenVisibleAsciiAndNoTwoAlike() {
		Random random = new Random(8187);
		Map<String, String> texts = new HashMap<>();
		for (int count = 0; count < 20_000; count++) {
			String text = random.ints(random.nextInt(6), 0, 300)
				.map((character) -> (character < 256) ? character : "UTF-8'%20".charAt(character % 9))
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString();
			String value = HeaderValue.encode(text);
			assertThat(value).matches("[\\x20-\\x7E]*").isEqualTo(value.strip());
			assertThat(texts.putIfAbsent(value, text)).isIn(null, text);
			if (value.startsWith("UTF-8''")) {
				assertThat(URLDecoder.decode(value.substring(7).replace("+", "%2B"), StandardCharsets.UTF_8))
					.isEqualTo(text);
			}
		}
	}

}
