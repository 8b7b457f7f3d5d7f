package io.oauthcc.gateway.token;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what operators know things by, in logs, meters and the endpoint.
 */
class OperatorNamesTests {

	@ParameterizedTest
	@CsvSource({ "https://idp.example/token, idp.example", "https://idp.example:443/token, idp.example:443",
			"http://127.0.0.1:0/t, 127.0.0.1:0", "http://[::1]:8443/t, [::1]:8443" })
	void hostAndPortThenAsConfigured(String uri, String name) {
		assertThat(new TokenEndpointLocation.Configured(URI.create(uri)).hostAndPort()).isEqualTo(name);
		assertThat(new TokenEndpointLocation.Discovered(URI.create(uri)).hostAndPort()).isEqualTo(name);
	}

	@Test
	void redisThenItsEndpointsOrTheApplications() {
		assertThat(redis(false).name()).isEqualTo("one:6379,two:6379");
		assertThat(redis(true).name()).isEqualTo("spring");
		assertThat(redis(false)).hasToString("RedisSettings[endpoints=[one:6379, two:6379]]");
		assertThat(new RedisSettings.Sentinel("main", "hush-user", "hush-password"))
			.hasToString("Sentinel[masterSet=main]");
	}

	private static RedisSettings redis(boolean applicationConnection) {
		return new RedisSettings(applicationConnection, List.of("one:6379", "two:6379"), false, null, "hush-user",
				"hush-password", 0, null, Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@EnumSource(ClientAuthentication.class)
	void isForCallersThenWhatIdAndSecretSufficeFor(ClientAuthentication method) {
		assertThat(method.isForCallers()).isEqualTo(method == ClientAuthentication.CLIENT_SECRET_BASIC
				|| method == ClientAuthentication.CLIENT_SECRET_POST);
	}

	@Test
	void tokenKeyThenAsManyDigitsAsItIsLong() {
		TokenKey key = new TokenKey(0x1L, 0x2L, 0x3L, 0xabcdefL);
		assertThat(key.toHex())
			.isEqualTo("0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000abcdef");
		assertThat(key).hasToString("TokenKey[1]");
	}

}
