package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import io.oauthcc.gateway.token.PoolSettings;
import io.oauthcc.gateway.token.ProxySettings;
import io.oauthcc.gateway.token.TlsSettings;
import io.oauthcc.gateway.token.TransportSettings;
import org.jspecify.annotations.Nullable;

/**
 * Checks the options below {@code clientConfig} that say how a token endpoint is
 * connected to. Notes every error and goes on.
 */
final class TransportOptionsChecker {

	private static final String TLS = "clientConfig.tls";

	private static final String PROXY = "clientConfig.proxy";

	private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?");

	private static final Pattern HOSTS = Pattern.compile("\\*|(\\*\\.)?[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");

	private final OAuthClientCredentialsOptions.ClientConfig options;

	private final OptionErrors errors;

	private final TlsBundles bundles;

	private final Predicate<String> admitted;

	/**
	 * Create a checker.
	 * @param options the options
	 * @param errors gets what is wrong
	 * @param bundles the SSL bundles that they may name
	 * @param admitted whether a reference to a secret may stand where these options do,
	 * of which the name of a bundle is one
	 */
	TransportOptionsChecker(OAuthClientCredentialsOptions.ClientConfig options, OptionErrors errors, TlsBundles bundles,
			Predicate<String> admitted) {
		this.options = options;
		this.errors = errors;
		this.bundles = bundles;
		this.admitted = admitted;
	}

	TransportSettings settings() {
		return new TransportSettings(tls(), proxy(), pool(), this.options.isHttp2());
	}

	private TlsSettings tls() {
		ClientTlsOptions tls = this.options.getTls();
		TlsSettings own = new TlsOptionsChecker(TLS, this.errors).settings(tls, tls.isTrustSystem(),
				OptionErrors.text(tls.getKeyPassword()));
		String bundle = OptionErrors.text(tls.getBundle());
		if (bundle == null) {
			return own;
		}
		if (OptionErrors.text(tls.getCa()) != null || OptionErrors.text(tls.getCert()) != null
				|| OptionErrors.text(tls.getKey()) != null || OptionErrors.text(tls.getKeyPassword()) != null) {
			this.errors.add(TLS + ".bundle", "stands beside ca, cert, key or keyPassword", "Use the bundle, or these.");
			return own;
		}
		if (!this.admitted.test(bundle)) {
			this.errors.add(TLS + ".bundle",
					"names an SSL bundle, which options that come while the gateway runs may not",
					"Name it below 'oauth-cc.middlewares', and name the middleware on the route.");
			return own;
		}
		return Objects.requireNonNullElse(
				this.bundles.settings(bundle, tls.isTrustSystem(), tls.isInsecureSkipVerify(), this.errors), own);
	}

	private @Nullable ProxySettings proxy() {
		ProxyOptions proxy = this.options.getProxy();
		String host = OptionErrors.text(proxy.getHost());
		String username = OptionErrors.text(proxy.getUsername());
		String password = OptionErrors.text(proxy.getPassword());
		Integer port = proxy.getPort();
		if (host == null && port == null && username == null && password == null
				&& proxy.getNonProxyHosts().isEmpty()) {
			return null;
		}
		if (host == null || !HOST.matcher(host).matches()) {
			// Not shown: it may be a URL with a password.
			this.errors.add(PROXY + ".host", (host != null) ? "is no name or address of a host" : "missing",
					"Set it to the name or the address alone, such as proxy.example.");
		}
		if (port == null) {
			this.errors.add(PROXY + ".port", "missing", "Set it to the port of the proxy.");
		}
		if ((username == null) != (password == null)) {
			this.errors.add(PROXY, "has one of username and password alone", "Set both, or neither.");
		}
		if (username != null && username.contains(":") && proxy.getType() == ProxySettings.Type.HTTP) {
			this.errors.add(PROXY + ".username", "has a colon, which Basic cannot carry",
					"Use a user without one, or 'type: socks5'.");
		}
		checkNonProxyHosts(proxy);
		return new ProxySettings(proxy.getType(), Objects.requireNonNullElse(host, ""),
				(port != null) ? this.errors.inRange(PROXY + ".port", port, 1, 65535) : 0, username, password,
				proxy.getNonProxyHosts());
	}

	private void checkNonProxyHosts(ProxyOptions proxy) {
		for (String host : proxy.getNonProxyHosts()) {
			if (!HOSTS.matcher(host).matches()) {
				this.errors.add(PROXY + ".nonProxyHosts", "'%s' is no host".formatted(OptionErrors.printable(host)),
						"Use a name, an address (of IPv6 in brackets), '*.' and a domain, or '*'.");
			}
		}
	}

	private PoolSettings pool() {
		PoolOptions pool = this.options.getPool();
		Integer maxConnections = pool.getMaxConnections();
		if (maxConnections != null) {
			this.errors.inRange("clientConfig.pool.maxConnections", maxConnections, 1, 4096);
		}
		return new PoolSettings(maxConnections,
				this.errors.inRange("clientConfig.pool.maxIdleTime", pool.getMaxIdleTime(), Duration.ofSeconds(1),
						Duration.ofMinutes(10)),
				this.errors.inRange("clientConfig.pool.maxLifeTime", pool.getMaxLifeTime(), Duration.ofSeconds(1),
						Duration.ofHours(24)));
	}

}
