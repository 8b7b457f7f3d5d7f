package io.oauthcc.gateway.observation;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LogTextTests {

	@Test
	void textWhenItCouldForgeALineThenEscaped() {
		assertThat(LogText.of("billing")).isEqualTo("billing");
		assertThat(LogText.of("a b\r\n\"x\\\u001b[31m")).isEqualTo("a\\x20b\\x0d\\x0a\\x22x\\x5c\\x1b[31m");
		assertThat(LogText.of("S\u00fcd")).isEqualTo("S\\xc3\\xbcd");
	}

	@Test
	void textWhenLongThenCut() {
		assertThat(LogText.of("x".repeat(1000))).isEqualTo("x".repeat(256) + "...");
	}

}
