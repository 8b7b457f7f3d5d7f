package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.List;

import io.oauthcc.gateway.token.ProxySettings;
import org.jspecify.annotations.Nullable;

/**
 * The proxy through which the token endpoint is reached.
 */
public class ProxyOptions {

	/**
	 * What the proxy speaks.
	 */
	private ProxySettings.Type type = ProxySettings.Type.HTTP;

	/**
	 * Name or address of the proxy; none is used without.
	 */
	private @Nullable String host;

	/**
	 * Port of the proxy, 1 to 65535.
	 */
	private @Nullable Integer port;

	/**
	 * User of the proxy.
	 */
	private @Nullable String username;

	/**
	 * Password of that user.
	 */
	private @Nullable String password;

	/**
	 * Hosts that are reached without the proxy: names, *. and a domain, or * for all.
	 */
	private List<String> nonProxyHosts = new ArrayList<>();

	public ProxySettings.Type getType() {
		return this.type;
	}

	public void setType(ProxySettings.Type type) {
		this.type = type;
	}

	public @Nullable String getHost() {
		return this.host;
	}

	public void setHost(@Nullable String host) {
		this.host = host;
	}

	public @Nullable Integer getPort() {
		return this.port;
	}

	public void setPort(@Nullable Integer port) {
		this.port = port;
	}

	public @Nullable String getUsername() {
		return this.username;
	}

	public void setUsername(@Nullable String username) {
		this.username = username;
	}

	public @Nullable String getPassword() {
		return this.password;
	}

	public void setPassword(@Nullable String password) {
		this.password = password;
	}

	public List<String> getNonProxyHosts() {
		return this.nonProxyHosts;
	}

	public void setNonProxyHosts(List<String> nonProxyHosts) {
		this.nonProxyHosts = nonProxyHosts;
	}

}
