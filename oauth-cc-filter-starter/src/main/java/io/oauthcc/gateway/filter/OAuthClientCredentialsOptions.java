package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.token.ClientAuthentication;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
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
	 * Issuer whose metadata tell the token endpoint, absolute, http or https; instead of
	 * the URL.
	 */
	private @Nullable String issuer;

	/**
	 * Client identifier. Set together with the secret, or with another proof that the
	 * client authentication asks for: gateway level. Neither set: application level,
	 * where each caller brings its own.
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
	 * Resources to ask for, absolute URIs, as a list or as one string with commas.
	 */
	private List<String> resource = new ArrayList<>();

	/**
	 * Scopes to ask for, as a list or as one string with spaces or commas.
	 */
	private List<String> scopes = new ArrayList<>();

	/**
	 * How the client authenticates itself at the token endpoint; callers do so by
	 * client_secret_basic or client_secret_post.
	 */
	private ClientAuthentication clientAuthentication = ClientAuthentication.CLIENT_SECRET_BASIC;

	@NestedConfigurationProperty
	private PrivateKeyOptions privateKey = new PrivateKeyOptions();

	private ClientAssertion clientAssertion = new ClientAssertion();

	/**
	 * File with an assertion that another party issues to the client, such as a projected
	 * service account token: an absolute path below oauth-cc.secrets.file-roots, or a
	 * reference.
	 */
	private @Nullable String assertionFile;

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
	 * Expression over the token's claims that must hold, else the caller gets 403; JWT
	 * only.
	 */
	private @Nullable String claims;

	/**
	 * Headers that the service gets, each with the claim whose value it has; JWT only.
	 */
	private Map<String, String> forwardHeaders = new LinkedHashMap<>();

	/**
	 * Claim that names the client in the access log and in traces; JWT only.
	 */
	private @Nullable String usernameClaim;

	@NestedConfigurationProperty
	private JwtOptions jwt = new JwtOptions();

	/**
	 * Whether tokens are bound to a key (DPoP, RFC 9449), which each request to the token
	 * endpoint and to the service proves.
	 */
	private @Nullable Boolean dpop;

	/**
	 * Key that tokens are bound to, EC on the curve P-256, PEM or JWK; by default one
	 * that the gateway makes when it starts.
	 */
	private @Nullable String dpopKey;

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

	@NestedConfigurationProperty
	private StoreOptions store = new StoreOptions();

	public @Nullable String getUrl() {
		return this.url;
	}

	public void setUrl(@Nullable String url) {
		this.url = url;
	}

	public @Nullable String getIssuer() {
		return this.issuer;
	}

	public void setIssuer(@Nullable String issuer) {
		this.issuer = issuer;
	}

	public List<String> getResource() {
		return this.resource;
	}

	public void setResource(List<String> resource) {
		this.resource = resource;
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

	public PrivateKeyOptions getPrivateKey() {
		return this.privateKey;
	}

	public void setPrivateKey(PrivateKeyOptions privateKey) {
		this.privateKey = privateKey;
	}

	public ClientAssertion getClientAssertion() {
		return this.clientAssertion;
	}

	public void setClientAssertion(ClientAssertion clientAssertion) {
		this.clientAssertion = clientAssertion;
	}

	public @Nullable String getAssertionFile() {
		return this.assertionFile;
	}

	public void setAssertionFile(@Nullable String assertionFile) {
		this.assertionFile = assertionFile;
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

	public @Nullable String getClaims() {
		return this.claims;
	}

	public void setClaims(@Nullable String claims) {
		this.claims = claims;
	}

	public Map<String, String> getForwardHeaders() {
		return this.forwardHeaders;
	}

	public void setForwardHeaders(Map<String, String> forwardHeaders) {
		this.forwardHeaders = forwardHeaders;
	}

	public @Nullable String getUsernameClaim() {
		return this.usernameClaim;
	}

	public void setUsernameClaim(@Nullable String usernameClaim) {
		this.usernameClaim = usernameClaim;
	}

	public JwtOptions getJwt() {
		return this.jwt;
	}

	public void setJwt(JwtOptions jwt) {
		this.jwt = jwt;
	}

	public @Nullable Boolean getDpop() {
		return this.dpop;
	}

	public void setDpop(@Nullable Boolean dpop) {
		this.dpop = dpop;
	}

	public @Nullable String getDpopKey() {
		return this.dpopKey;
	}

	public void setDpopKey(@Nullable String dpopKey) {
		this.dpopKey = dpopKey;
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

	public StoreOptions getStore() {
		return this.store;
	}

	public void setStore(StoreOptions store) {
		this.store = store;
	}

	public Attempts getAttempts() {
		return this.attempts;
	}

	public void setAttempts(Attempts attempts) {
		this.attempts = attempts;
	}

	/**
	 * The assertions that the client signs.
	 */
	public static class ClientAssertion {

		/**
		 * Whom the assertions are for: by default the token endpoint, by its URL; some
		 * ask for their issuer.
		 */
		private @Nullable String audience;

		public @Nullable String getAudience() {
			return this.audience;
		}

		public void setAudience(@Nullable String audience) {
			this.audience = audience;
		}

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

		@NestedConfigurationProperty
		private ClientTlsOptions tls = new ClientTlsOptions();

		@NestedConfigurationProperty
		private ProxyOptions proxy = new ProxyOptions();

		@NestedConfigurationProperty
		private PoolOptions pool = new PoolOptions();

		/**
		 * Whether HTTP/2 is spoken where the token endpoint offers it, over TLS.
		 */
		private boolean http2 = false;

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

		public ClientTlsOptions getTls() {
			return this.tls;
		}

		public void setTls(ClientTlsOptions tls) {
			this.tls = tls;
		}

		public ProxyOptions getProxy() {
			return this.proxy;
		}

		public void setProxy(ProxyOptions proxy) {
			this.proxy = proxy;
		}

		public PoolOptions getPool() {
			return this.pool;
		}

		public void setPool(PoolOptions pool) {
			this.pool = pool;
		}

		public boolean isHttp2() {
			return this.http2;
		}

		public void setHttp2(boolean http2) {
			this.http2 = http2;
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

}
