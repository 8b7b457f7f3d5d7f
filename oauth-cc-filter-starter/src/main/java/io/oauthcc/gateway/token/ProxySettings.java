package io.oauthcc.gateway.token;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The proxy through which a token endpoint is reached, which resolves its name as well.
 * <p>
 * {@link #toString()} shows no password.
 *
 * @param type what the proxy speaks
 * @param host the name or address of the proxy
 * @param port its port
 * @param username who asks it, or {@code null} for nobody
 * @param password the password for that, or {@code null} if there is no user
 * @param nonProxyHosts the hosts that are reached without it: names, {@code *.} and a
 * domain, or {@code *} for all
 */
public record ProxySettings(Type type, String host, int port, @Nullable String username, @Nullable String password,
		List<String> nonProxyHosts) {

	public ProxySettings {
		nonProxyHosts = List.copyOf(nonProxyHosts);
	}

	/**
	 * Whether a host is reached without the proxy.
	 * @param host the host as it stands in a URL
	 * @return {@code true} if it is, or is in, one of {@link #nonProxyHosts()}
	 */
	public boolean isBypassedFor(String host) {
		String name = host.toLowerCase(Locale.ROOT);
		return this.nonProxyHosts.stream().map((pattern) -> pattern.toLowerCase(Locale.ROOT)).anyMatch((pattern) -> {
			boolean domain = pattern.startsWith("*");
			return domain ? name.endsWith(pattern.substring(1)) : name.equals(pattern);
		});
	}

	@Override
	public String toString() {
		return "ProxySettings[type=" + this.type + ", host=" + this.host + ", port=" + this.port + "]";
	}

	/**
	 * What a proxy speaks.
	 */
	public enum Type {

		/**
		 * HTTP, with the method CONNECT (RFC 9110, section 9.3.6).
		 */
		HTTP,

		/**
		 * SOCKS 5 (RFC 1928).
		 */
		SOCKS5

	}

}
