package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.token.ClientAuthentication;
import org.jspecify.annotations.Nullable;

/**
 * Options of the filter {@code OAuthClientCredentials}, as they stand under its
 * {@code args}, under {@code oauth-cc.middlewares.<name>} and under
 * {@code oauth-cc.defaults}.
 * <p>
 * Holds values as the binder finds them; a middleware gets them checked, all errors at
 * once.
 */
public class OAuthClientCredentialsOptions {

	/**
	 * Token endpoint, absolute, http or https.
	 */
	private @Nullable String url;

	/**
	 * Client identifier. Set together with the secret: gateway level. Neither set:
	 * application level, where each caller brings its own.
	 */
	private @Nullable String clientId;

	/**
	 * Client secret.
	 */
	private @Nullable String clientSecret;

	/**
	 * Audience to ask for, the base address of the resource.
	 */
	private @Nullable String audience;

	/**
	 * Scopes to ask for, as a list or as one string with spaces or commas.
	 */
	private List<String> scopes = new ArrayList<>();

	/**
	 * How the client authenticates itself at the token endpoint.
	 */
	private ClientAuthentication clientAuthentication = ClientAuthentication.CLIENT_SECRET_BASIC;

	/**
	 * Whether configured credentials are form-encoded inside Basic, as RFC 6749, section
	 * 2.3.1 asks.
	 */
	private boolean encodeCredentials = true;

	/**
	 * Further parameters of the token request.
	 */
	private Map<String, String> parameters = new LinkedHashMap<>();

	/**
	 * Further headers of the token request.
	 */
	private Map<String, String> headers = new LinkedHashMap<>();

	private ClientConfig clientConfig = new ClientConfig();

	private Cache cache = new Cache();

	public @Nullable String getUrl() {
		return this.url;
	}

	public void setUrl(@Nullable String url) {
		this.url = url;
	}

	public @Nullable String getClientId() {
		return this.clientId;
	}

	public void setClientId(@Nullable String clientId) {
		this.clientId = clientId;
	}

	public @Nullable String getClientSecret() {
		return this.clientSecret;
	}

	public void setClientSecret(@Nullable String clientSecret) {
		this.clientSecret = clientSecret;
	}

	public @Nullable String getAudience() {
		return this.audience;
	}

	public void setAudience(@Nullable String audience) {
		this.audience = audience;
	}

	public List<String> getScopes() {
		return this.scopes;
	}

	public void setScopes(List<String> scopes) {
		this.scopes = scopes;
	}

	public ClientAuthentication getClientAuthentication() {
		return this.clientAuthentication;
	}

	public void setClientAuthentication(ClientAuthentication clientAuthentication) {
		this.clientAuthentication = clientAuthentication;
	}

	public boolean isEncodeCredentials() {
		return this.encodeCredentials;
	}

	public void setEncodeCredentials(boolean encodeCredentials) {
		this.encodeCredentials = encodeCredentials;
	}

	public Map<String, String> getParameters() {
		return this.parameters;
	}

	public void setParameters(Map<String, String> parameters) {
		this.parameters = parameters;
	}

	public Map<String, String> getHeaders() {
		return this.headers;
	}

	public void setHeaders(Map<String, String> headers) {
		this.headers = headers;
	}

	public ClientConfig getClientConfig() {
		return this.clientConfig;
	}

	public void setClientConfig(ClientConfig clientConfig) {
		this.clientConfig = clientConfig;
	}

	public Cache getCache() {
		return this.cache;
	}

	public void setCache(Cache cache) {
		this.cache = cache;
	}

	/**
	 * How the token endpoint is called.
	 */
	public static class ClientConfig {

		/**
		 * Limit of the connect phase, and of the whole token request, in seconds, 1 to
		 * 300.
		 */
		private int timeoutSeconds = 5;

		public int getTimeoutSeconds() {
			return this.timeoutSeconds;
		}

		public void setTimeoutSeconds(int timeoutSeconds) {
			this.timeoutSeconds = timeoutSeconds;
		}

	}

	/**
	 * For how long a token is kept.
	 */
	public static class Cache {

		/**
		 * Time before its expiry from which a token is no longer used, at most a tenth of
		 * its lifetime, 0s to 1h.
		 */
		private Duration skew = Duration.ofSeconds(30);

		/**
		 * Lifetime of a token that tells none, 1s to 24h.
		 */
		private Duration defaultLifetime = Duration.ofSeconds(60);

		/**
		 * Lifetime that no token exceeds, whatever it tells, 1s to 30d.
		 */
		private Duration maximumLifetime = Duration.ofHours(24);

		/**
		 * Whether a token in use is renewed in the background, at a point in 75 to 90 %
		 * of its usable life.
		 */
		private boolean refreshAhead = true;

		public Duration getSkew() {
			return this.skew;
		}

		public void setSkew(Duration skew) {
			this.skew = skew;
		}

		public Duration getDefaultLifetime() {
			return this.defaultLifetime;
		}

		public void setDefaultLifetime(Duration defaultLifetime) {
			this.defaultLifetime = defaultLifetime;
		}

		public Duration getMaximumLifetime() {
			return this.maximumLifetime;
		}

		public void setMaximumLifetime(Duration maximumLifetime) {
			this.maximumLifetime = maximumLifetime;
		}

		public boolean isRefreshAhead() {
			return this.refreshAhead;
		}

		public void setRefreshAhead(boolean refreshAhead) {
			this.refreshAhead = refreshAhead;
		}

	}

}
