package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.token.ClientAuthentication;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

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

	/**
	 * Scopes that the token must have been granted, as a list or as one string with
	 * spaces or commas; else the caller gets 403.
	 */
	private List<String> requiredScopes = new ArrayList<>();

	/**
	 * What follows when the service answers 401 because of the token: the token is
	 * dropped and the request sent once more (retry), it is dropped (evict), or nothing
	 * (off).
	 */
	private UpstreamUnauthorizedAction onUpstreamUnauthorized = UpstreamUnauthorizedAction.RETRY;

	/**
	 * Declared length of a body up to which a request is read into memory, so that it can
	 * be sent once more, 0B to 10MB.
	 */
	private DataSize replayBodyLimit = DataSize.ofBytes(0);

	private UpstreamUnauthorized upstreamUnauthorized = new UpstreamUnauthorized();

	private Attempts attempts = new Attempts();

	private Store store = new Store();

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

	public List<String> getRequiredScopes() {
		return this.requiredScopes;
	}

	public void setRequiredScopes(List<String> requiredScopes) {
		this.requiredScopes = requiredScopes;
	}

	public UpstreamUnauthorizedAction getOnUpstreamUnauthorized() {
		return this.onUpstreamUnauthorized;
	}

	public void setOnUpstreamUnauthorized(UpstreamUnauthorizedAction onUpstreamUnauthorized) {
		this.onUpstreamUnauthorized = onUpstreamUnauthorized;
	}

	public DataSize getReplayBodyLimit() {
		return this.replayBodyLimit;
	}

	public void setReplayBodyLimit(DataSize replayBodyLimit) {
		this.replayBodyLimit = replayBodyLimit;
	}

	public UpstreamUnauthorized getUpstreamUnauthorized() {
		return this.upstreamUnauthorized;
	}

	public void setUpstreamUnauthorized(UpstreamUnauthorized upstreamUnauthorized) {
		this.upstreamUnauthorized = upstreamUnauthorized;
	}

	public Store getStore() {
		return this.store;
	}

	public void setStore(Store store) {
		this.store = store;
	}

	public Attempts getAttempts() {
		return this.attempts;
	}

	public void setAttempts(Attempts attempts) {
		this.attempts = attempts;
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

		/**
		 * How often a token request is sent again that failed to connect, was reset,
		 * timed out or got 502, 503 or 504, 0 to 10.
		 */
		private int maxRetries = 3;

		/**
		 * Limit of all token requests for one token and the waits between them, 1s to 5m.
		 */
		private Duration acquisitionTimeout = Duration.ofSeconds(10);

		public int getTimeoutSeconds() {
			return this.timeoutSeconds;
		}

		public void setTimeoutSeconds(int timeoutSeconds) {
			this.timeoutSeconds = timeoutSeconds;
		}

		public int getMaxRetries() {
			return this.maxRetries;
		}

		public void setMaxRetries(int maxRetries) {
			this.maxRetries = maxRetries;
		}

		public Duration getAcquisitionTimeout() {
			return this.acquisitionTimeout;
		}

		public void setAcquisitionTimeout(Duration acquisitionTimeout) {
			this.acquisitionTimeout = acquisitionTimeout;
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

		/**
		 * Age from which a token that the service refuses is dropped, 1s to 1h.
		 */
		private Duration minTokenAge = Duration.ofSeconds(5);

		/**
		 * For how long a refusal of the token endpoint is remembered, 0s to 5m.
		 */
		private Duration refusalTtl = Duration.ofSeconds(5);

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

		public Duration getMinTokenAge() {
			return this.minTokenAge;
		}

		public void setMinTokenAge(Duration minTokenAge) {
			this.minTokenAge = minTokenAge;
		}

		public Duration getRefusalTtl() {
			return this.refusalTtl;
		}

		public void setRefusalTtl(Duration refusalTtl) {
			this.refusalTtl = refusalTtl;
		}

	}

	/**
	 * Which 401 of a service means the token.
	 */
	public static class UpstreamUnauthorized {

		/**
		 * Whether any 401 means the token, not only one whose challenge says
		 * invalid_token.
		 */
		private boolean anyChallenge = false;

		public boolean isAnyChallenge() {
			return this.anyChallenge;
		}

		public void setAnyChallenge(boolean anyChallenge) {
			this.anyChallenge = anyChallenge;
		}

	}

	/**
	 * When callers whose credentials are refused are turned away.
	 */
	public static class Attempts {

		/**
		 * Time over which refused credentials are counted, 1s to 1h.
		 */
		private Duration window = Duration.ofSeconds(60);

		/**
		 * Different refused credentials of one address, from which it gets 429, 1 to
		 * 1000.
		 */
		private int perAddress = 100;

		/**
		 * Different refused credentials of one address for one client id, from which
		 * these get 429, 1 to 1000.
		 */
		private int perClient = 10;

		/**
		 * Proxies in front of the gateway that append to X-Forwarded-For; 0 to take the
		 * address of the connection, or what server.forward-headers-strategy makes of it,
		 * 0 to 100.
		 */
		private int maxTrustedIndex = 0;

		public Duration getWindow() {
			return this.window;
		}

		public void setWindow(Duration window) {
			this.window = window;
		}

		public int getPerAddress() {
			return this.perAddress;
		}

		public void setPerAddress(int perAddress) {
			this.perAddress = perAddress;
		}

		public int getPerClient() {
			return this.perClient;
		}

		public void setPerClient(int perClient) {
			this.perClient = perClient;
		}

		public int getMaxTrustedIndex() {
			return this.maxTrustedIndex;
		}

		public void setMaxTrustedIndex(int maxTrustedIndex) {
			this.maxTrustedIndex = maxTrustedIndex;
		}

	}

	/**
	 * Where gateways share tokens.
	 */
	public static class Store {

		/**
		 * Use a store of oauth-cc.stores.
		 */
		private @Nullable String name;

		/**
		 * Beginning of each key in Redis.
		 */
		private @Nullable String keyPrefix;

		/**
		 * Secret that entries are encrypted under, 16, 24 or 32 characters.
		 */
		private @Nullable String secret;

		/**
		 * Secrets that entries were encrypted under before; they are read, never written.
		 */
		private List<String> previousSecrets = new ArrayList<>();

		/**
		 * Time for which one gateway alone may ask for a token unless it extends it,
		 * 500ms to 30s.
		 */
		private Duration lease = Duration.ofSeconds(2);

		/**
		 * Time for which the other gateways wait for it, 100ms to 30s.
		 */
		private Duration patience = Duration.ofSeconds(3);

		private Redis redis = new Redis();

		public @Nullable String getName() {
			return this.name;
		}

		public void setName(@Nullable String name) {
			this.name = name;
		}

		public @Nullable String getKeyPrefix() {
			return this.keyPrefix;
		}

		public void setKeyPrefix(@Nullable String keyPrefix) {
			this.keyPrefix = keyPrefix;
		}

		public @Nullable String getSecret() {
			return this.secret;
		}

		public void setSecret(@Nullable String secret) {
			this.secret = secret;
		}

		public List<String> getPreviousSecrets() {
			return this.previousSecrets;
		}

		public void setPreviousSecrets(List<String> previousSecrets) {
			this.previousSecrets = previousSecrets;
		}

		public Duration getLease() {
			return this.lease;
		}

		public void setLease(Duration lease) {
			this.lease = lease;
		}

		public Duration getPatience() {
			return this.patience;
		}

		public void setPatience(Duration patience) {
			this.patience = patience;
		}

		public Redis getRedis() {
			return this.redis;
		}

		public void setRedis(Redis redis) {
			this.redis = redis;
		}

	}

	/**
	 * Where the Redis is.
	 */
	public static class Redis {

		/**
		 * Nodes, or sentinels, as host:port.
		 */
		private List<String> endpoints = new ArrayList<>();

		/**
		 * User.
		 */
		private @Nullable String username;

		/**
		 * Password.
		 */
		private @Nullable String password;

		/**
		 * Number of the database, 0 to 1000.
		 */
		private int database = 0;

		/**
		 * Present, as in cluster: {}, if the nodes form a cluster.
		 */
		private @Nullable String cluster;

		/**
		 * Limit of one command, and of the connect phase, 10ms to 10s.
		 */
		private Duration timeout = Duration.ofMillis(250);

		/**
		 * Use spring for the application's own connection.
		 */
		private @Nullable String connection;

		private Sentinel sentinel = new Sentinel();

		private Tls tls = new Tls();

		public List<String> getEndpoints() {
			return this.endpoints;
		}

		public void setEndpoints(List<String> endpoints) {
			this.endpoints = endpoints;
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

		public int getDatabase() {
			return this.database;
		}

		public void setDatabase(int database) {
			this.database = database;
		}

		public @Nullable String getCluster() {
			return this.cluster;
		}

		public void setCluster(@Nullable String cluster) {
			this.cluster = cluster;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public @Nullable String getConnection() {
			return this.connection;
		}

		public void setConnection(@Nullable String connection) {
			this.connection = connection;
		}

		public Sentinel getSentinel() {
			return this.sentinel;
		}

		public void setSentinel(Sentinel sentinel) {
			this.sentinel = sentinel;
		}

		public Tls getTls() {
			return this.tls;
		}

		public void setTls(Tls tls) {
			this.tls = tls;
		}

	}

	/**
	 * How sentinels are asked for the master.
	 */
	public static class Sentinel {

		/**
		 * Name of the master.
		 */
		private @Nullable String masterSet;

		/**
		 * User of the sentinels.
		 */
		private @Nullable String username;

		/**
		 * Password of the sentinels.
		 */
		private @Nullable String password;

		public @Nullable String getMasterSet() {
			return this.masterSet;
		}

		public void setMasterSet(@Nullable String masterSet) {
			this.masterSet = masterSet;
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

	}

	/**
	 * How the connection is encrypted.
	 */
	public static class Tls {

		/**
		 * Certificates to trust, PEM; the system's if there are none.
		 */
		private @Nullable String ca;

		/**
		 * Certificate to show, PEM.
		 */
		private @Nullable String cert;

		/**
		 * Key of the certificate, PEM, PKCS#8.
		 */
		private @Nullable String key;

		/**
		 * Whether neither certificate nor host name is verified.
		 */
		private boolean insecureSkipVerify = false;

		public @Nullable String getCa() {
			return this.ca;
		}

		public void setCa(@Nullable String ca) {
			this.ca = ca;
		}

		public @Nullable String getCert() {
			return this.cert;
		}

		public void setCert(@Nullable String cert) {
			this.cert = cert;
		}

		public @Nullable String getKey() {
			return this.key;
		}

		public void setKey(@Nullable String key) {
			this.key = key;
		}

		public boolean isInsecureSkipVerify() {
			return this.insecureSkipVerify;
		}

		public void setInsecureSkipVerify(boolean insecureSkipVerify) {
			this.insecureSkipVerify = insecureSkipVerify;
		}

	}

}
