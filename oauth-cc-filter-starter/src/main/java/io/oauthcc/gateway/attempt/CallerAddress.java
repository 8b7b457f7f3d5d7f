package io.oauthcc.gateway.attempt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.support.ipresolver.XForwardedRemoteAddressResolver;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The address that a request comes from, as far as somebody vouches for it. Of an IPv6
 * address its first 64 bits: the rest is its owner's to choose.
 * <p>
 * Counts the proxies as {@link XForwardedRemoteAddressResolver} does, but does not use
 * it: it would look a name up, and block for it.
 */
final class CallerAddress {

	/** Some proxies append the port. */
	private static final Pattern WITH_PORT = Pattern.compile("(?<v4>[0-9.]+):[0-9]+|\\[(?<v6>[^]]+)](:[0-9]+)?");

	private static final int IPV6_PREFIX_BYTES = 8;

	private static final int IPV4_BYTES = 4;

	private static final byte[] IPV4_MAPPED = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1 };

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
		byte[] address = (maxTrustedIndex > 0) ? forwarded(exchange, maxTrustedIndex) : null;
		if (address == null) {
			address = bytesOf(exchange.getRequest().getRemoteAddress());
		}
		return (address != null) ? HexFormat.of().formatHex(originOf(address)) : UNKNOWN;
	}

	private static byte @Nullable [] forwarded(ServerWebExchange exchange, int maxTrustedIndex) {
		List<String> headers = exchange.getRequest()
			.getHeaders()
			.getOrEmpty(XForwardedRemoteAddressResolver.X_FORWARDED_FOR);
		if (headers.size() != 1) {
			return null;
		}
		String[] addresses = StringUtils.tokenizeToStringArray(headers.get(0), ",");
		return (addresses.length > 0) ? parse(addresses[Math.max(0, addresses.length - maxTrustedIndex)]) : null;
	}

	/** Forwarded headers that Spring has looked at leave an unresolved address. */
	private static byte @Nullable [] bytesOf(@Nullable InetSocketAddress address) {
		if (address == null) {
			return null;
		}
		InetAddress resolved = address.getAddress();
		return (resolved != null) ? resolved.getAddress() : parse(address.getHostString());
	}

	private static byte @Nullable [] parse(String text) {
		Matcher withPort = WITH_PORT.matcher(text);
		if (!withPort.matches()) {
			return NetUtil.createByteArrayFromIpAddressString(text);
		}
		String v4 = withPort.group("v4");
		return NetUtil.createByteArrayFromIpAddressString((v4 != null) ? v4 : withPort.group("v6"));
	}

	private static byte[] originOf(byte[] address) {
		if (address.length == IPV4_BYTES) {
			return address;
		}
		boolean mapped = Arrays.equals(address, 0, IPV4_MAPPED.length, IPV4_MAPPED, 0, IPV4_MAPPED.length);
		return mapped ? Arrays.copyOfRange(address, IPV4_MAPPED.length, address.length)
				: Arrays.copyOf(address, IPV6_PREFIX_BYTES);
	}

}
