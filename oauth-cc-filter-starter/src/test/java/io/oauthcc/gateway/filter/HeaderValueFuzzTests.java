package io.oauthcc.gateway.filter;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fuzzes {@link HeaderValue}: what a header carries is the text, or says how to read it.
 */
class HeaderValueFuzzTests {

	private static final String EXTENDED = "UTF-8''";

	@FuzzTest
	@Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
	void encodeWhenAnyTextThenCarriedAndReadAsTheSame(byte[] input) {
		String text = new String(input, StandardCharsets.UTF_8);
		String value = HeaderValue.encode(text);
		assertThat(value).matches("[ -~]*+").isEqualTo(value.strip());
		if (!value.startsWith(EXTENDED)) {
			assertThat(value).isEqualTo(text);
			return;
		}
		String encoded = value.substring(EXTENDED.length()).replace("+", "%2B");
		assertThat(URLDecoder.decode(encoded, StandardCharsets.UTF_8)).isEqualTo(text);
	}

}
