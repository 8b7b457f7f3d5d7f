package io.oauthcc.gateway.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How a token endpoint is connected to.
 * <p>
 * Immutable, equal to all others that say the same. {@link #toString()} shows neither key
 * nor password.
 *
 * @param tls whom a connection trusts, and what it shows
 * @param proxy the proxy that it goes through, or {@code null} if there is none
 * @param pool how many connections there are, and for how long
 * @param http2 whether HTTP/2 is spoken where the endpoint offers it (RFC 7301)
 */
public record TransportSettings(TlsSettings tls, @Nullable ProxySettings proxy, PoolSettings pool, boolean http2) {

	/**
	 * The system's trust, no certificate to show, no proxy.
	 */
	public static final TransportSettings DEFAULT = new TransportSettings(
			new TlsSettings(List.of(), false, List.of(), null, false), null,
			new PoolSettings(null, Duration.ofSeconds(30), Duration.ofMinutes(5)), false);

	/**
	 * Whether a host is reached through the proxy.
	 * @param host the host as it stands in a URL
	 * @return {@code false} if there is no proxy, or none for that host
	 */
	public boolean isProxied(String host) {
		return this.proxy != null && !this.proxy.isBypassedFor(host);
	}

	/** What makes tokens that came over such connections differ in trust. */
	List<String> texts() {
		List<String> texts = new ArrayList<>(this.tls.texts());
		if (this.proxy != null) {
			texts.addAll(List.of(this.proxy.type().name(), this.proxy.host(), Integer.toString(this.proxy.port()),
					Objects.toString(this.proxy.username(), ""), Objects.toString(this.proxy.password(), "")));
			texts.addAll(this.proxy.nonProxyHosts());
		}
		return texts;
	}

	@Override
	public String toString() {
		return "TransportSettings[tls=" + this.tls + ", proxy=" + this.proxy + "]";
	}

}
