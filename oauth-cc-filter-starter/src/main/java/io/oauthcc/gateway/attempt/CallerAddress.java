package io.oauthcc.gateway.attempt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ipresolver.XForwardedRemoteAddressResolver;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The address that a request comes from, as far as somebody vouches for it. Of an IPv6
 * address its first 64 bits: the rest is its owner's to choose.
 */
final class CallerAddress {

	private static final int IPV6_PREFIX_BYTES = 8;

	private static final String UNKNOWN = "unknown";

	private CallerAddress() {
	}

	/**
	 * The address.
	 * @param exchange the request
	 * @param maxTrustedIndex how many proxies vouch for {@code X-Forwarded-For}
	 * @return the address or its prefix, equal for all requests of the same origin
	 */
	static String of(ServerWebExchange exchange, int maxTrustedIndex) {
		InetSocketAddress address = (maxTrustedIndex > 0 && hasOnlyAddresses(exchange))
				? XForwardedRemoteAddressResolver.maxTrustedIndex(maxTrustedIndex).resolve(exchange)
				: exchange.getRequest().getRemoteAddress();
		return (address != null) ? originOf(address) : UNKNOWN;
	}

	/** The resolver would look a name up, and block for it. */
	private static boolean hasOnlyAddresses(ServerWebExchange exchange) {
		List<String> values = exchange.getRequest()
			.getHeaders()
			.getOrEmpty(XForwardedRemoteAddressResolver.X_FORWARDED_FOR);
		return values.size() == 1 && Arrays.stream(StringUtils.tokenizeToStringArray(values.get(0), ","))
			.allMatch((value) -> NetUtil.isValidIpV4Address(value) || NetUtil.isValidIpV6Address(value));
	}

	private static String originOf(InetSocketAddress address) {
		byte[] bytes = bytesOf(address);
		if (bytes == null) {
			return UNKNOWN;
		}
		byte[] origin = (bytes.length > IPV6_PREFIX_BYTES) ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes;
		return HexFormat.of().formatHex(origin);
	}

	/** Forwarded headers that Spring has looked at leave an unresolved address. */
	private static byte @Nullable [] bytesOf(InetSocketAddress address) {
		InetAddress resolved = address.getAddress();
		return (resolved != null) ? resolved.getAddress()
				: NetUtil.createByteArrayFromIpAddressString(address.getHostString());
	}

}
