package io.oauthcc.gateway.attempt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallerAddress}.
 */
class CallerAddressTests {

	@ParameterizedTest
	@CsvSource({ "192.0.2.1, 192.0.2.1, true", "192.0.2.1, 192.0.2.2, false",
			"2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true", "2001:db8:1:2::1, 2001:db8:1:3::1, false",
			"::ffff:192.0.2.1, 192.0.2.1, true" })
	void ofWhenAddressesThenAlikeIfTheyAreOfOneOrigin(String one, String other, boolean alike) throws Exception {
		assertThat(of(address(one), null, 0).equals(of(address(other), null, 0))).isEqualTo(alike);
	}

	@Test
	void ofWhenNobodyVouchesThenHeaderIsNotLookedAt() throws Exception {
		assertThat(of(address("192.0.2.1"), "198.51.100.7", 0)).isEqualTo(of(address("192.0.2.1"), null, 0));
	}

	@ParameterizedTest
	@CsvSource({ "1, 198.51.100.3", "2, 198.51.100.2", "3, 198.51.100.1", "9, 198.51.100.1" })
	void ofWhenProxiesVouchThenAddressThatTheyAdded(int maxTrustedIndex, String expected) throws Exception {
		assertThat(of(address("192.0.2.1"), "198.51.100.1, 198.51.100.2, 198.51.100.3", maxTrustedIndex))
			.isEqualTo(of(address(expected), null, 0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "198.51.100.1:4711", "::ffff:198.51.100.1", "[::ffff:198.51.100.1]:4711",
			"evil.example, 198.51.100.1", "203.0.113.7, junk, 198.51.100.1" })
	void ofWhenProxyWritesItOtherwiseThenTheSameAddress(String header) throws Exception {
		assertThat(of(address("192.0.2.1"), header, 1)).isEqualTo(of(address("198.51.100.1"), null, 0));
	}

	@Test
	void ofWhenMappedAddressIsUnresolvedThenTheIpv4Address() throws Exception {
		assertThat(of(InetSocketAddress.createUnresolved("::ffff:192.0.2.1", 80), null, 0))
			.isEqualTo(of(address("192.0.2.1"), null, 0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "198.51.100.1, localhost", "198.51.100.1:http", "", "," })
	void ofWhenHeaderIsNoListOfAddressesThenConnection(String header) throws Exception {
		assertThat(of(address("192.0.2.1"), header, 1)).isEqualTo(of(address("192.0.2.1"), null, 0));
	}

	@Test
	void ofWhenAddressIsUnresolvedAsSpringLeavesItThenRead() throws Exception {
		assertThat(of(InetSocketAddress.createUnresolved("192.0.2.1", 80), null, 0))
			.isEqualTo(of(address("192.0.2.1"), null, 0));
		assertThat(of(InetSocketAddress.createUnresolved("evil.example", 80), null, 0)).isEqualTo("unknown");
		assertThat(of(null, null, 0)).isEqualTo("unknown");
	}

	private static InetSocketAddress address(String address) throws UnknownHostException {
		return new InetSocketAddress(InetAddress.getByName(address), 80);
	}

	private static String of(@Nullable InetSocketAddress remote, @Nullable String forwardedFor, int maxTrustedIndex) {
		MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get("/");
		if (remote != null) {
			request.remoteAddress(remote);
		}
		if (forwardedFor != null) {
			request.header("X-Forwarded-For", forwardedFor);
		}
		return CallerAddress.of(MockServerWebExchange.from(request), maxTrustedIndex);
	}

}
