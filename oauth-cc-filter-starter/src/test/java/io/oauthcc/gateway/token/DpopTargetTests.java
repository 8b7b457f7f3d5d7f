package io.oauthcc.gateway.token;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DpopTarget}.
 */
class DpopTargetTests {

	@ParameterizedTest
	@CsvSource({ "http://orders/a?b=c#d, http://orders/a", "HTTPS://Orders.Example:443, https://orders.example/",
			"http://orders:80/, http://orders/", "http://orders:443/, http://orders:443/",
			"https://orders:8443/a%2Fb/%C3%BC, https://orders:8443/a%2Fb/%C3%BC",
			"http://[::1]:8080/a, http://[::1]:8080/a", "ws://orders:80/a, http://orders/a",
			"wss://orders/a?b, https://orders/a", "http://my_orders:8080/a, http://my_orders:8080/a",
			"http://orders/ü, http://orders/%C3%BC" })
	void ofWhenUriThenAsWhoeverGetsTheRequestSeesIt(String uri, String expected) {
		assertThat(DpopTarget.of("GET", URI.create(uri)).uri()).hasToString(expected);
	}

	@ParameterizedTest
	@CsvSource({ "Gateway.example, https://gateway.example/a%20b", "gateway:443, https://gateway/a%20b",
			"gateway:8443, https://gateway:8443/a%20b" })
	void withHostWhenAnotherThenSeenWithThatAndOriginStays(String host, String expected) {
		DpopTarget target = DpopTarget.of("GET", URI.create("https://10.0.0.1:9000/a%20b?c=d")).withHost(host);
		assertThat(target.uri()).hasToString(expected);
		assertThat(target.origin()).isEqualTo("https://10.0.0.1:9000");
	}

	@Test
	void withHostWhenNoHostThenRefused() {
		DpopTarget target = DpopTarget.of("GET", URI.create("https://orders/a"));
		for (String host : new String[] { "a b", "a/b", "a?b", "a#b", "user@a", "" }) {
			assertThatIllegalArgumentException().as(host).isThrownBy(() -> target.withHost(host));
		}
	}

}
