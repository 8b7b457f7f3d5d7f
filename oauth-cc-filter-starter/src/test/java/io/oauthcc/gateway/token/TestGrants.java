package io.oauthcc.gateway.token;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Grants for tests: every part has a value that a test may change.
 */
public final class TestGrants {

	public static final CachePolicy CACHE_POLICY = new CachePolicy(Duration.ofSeconds(30), Duration.ofMinutes(5),
			Duration.ofHours(24), false, Duration.ofSeconds(5), Duration.ofSeconds(5));

	public static final RequestLimits LIMITS = new RequestLimits(Duration.ofSeconds(10), 3, Duration.ofSeconds(30));

	private String name = "orders";

	private TokenEndpointLocation tokenEndpoint = new TokenEndpointLocation.Configured(
			URI.create("http://127.0.0.1:4444/oauth2/token"));

	private ClientAuthentication clientAuthentication = ClientAuthentication.CLIENT_SECRET_BASIC;

	private @Nullable String assertionAudience;

	private boolean encodeCredentials = true;

	private List<String> scopes = List.of();

	private @Nullable String audience;

	private List<String> resources = List.of();

	private Map<String, String> parameters = Map.of();

	private Map<String, String> headers = Map.of();

	private RequestLimits limits = LIMITS;

	private CachePolicy cachePolicy = CACHE_POLICY;

	private @Nullable JwtVerification jwtVerification;

	private TransportSettings transport = TransportSettings.DEFAULT;

	private @Nullable StoreSettings store;

	private @Nullable DpopKey dpopKey;

	private TestGrants() {
	}

	public static TestGrants grant() {
		return new TestGrants();
	}

	public TestGrants name(String name) {
		this.name = name;
		return this;
	}

	public TestGrants tokenUri(String tokenUri) {
		this.tokenEndpoint = new TokenEndpointLocation.Configured(URI.create(tokenUri));
		return this;
	}

	public TestGrants issuer(String issuer) {
		this.tokenEndpoint = new TokenEndpointLocation.Discovered(URI.create(issuer));
		return this;
	}

	public TestGrants resources(String... resources) {
		this.resources = List.of(resources);
		return this;
	}

	public TestGrants clientAuthentication(ClientAuthentication clientAuthentication) {
		this.clientAuthentication = clientAuthentication;
		return this;
	}

	public TestGrants assertionAudience(String assertionAudience) {
		this.assertionAudience = assertionAudience;
		return this;
	}

	public TestGrants encodeCredentials(boolean encodeCredentials) {
		this.encodeCredentials = encodeCredentials;
		return this;
	}

	public TestGrants scopes(String... scopes) {
		this.scopes = List.of(scopes);
		return this;
	}

	public TestGrants audience(@Nullable String audience) {
		this.audience = audience;
		return this;
	}

	public TestGrants parameters(Map<String, String> parameters) {
		this.parameters = parameters;
		return this;
	}

	public TestGrants headers(Map<String, String> headers) {
		this.headers = headers;
		return this;
	}

	public TestGrants timeout(Duration timeout) {
		return limits(timeout, LIMITS.maxRetries(), LIMITS.acquisitionTimeout());
	}

	public TestGrants limits(Duration timeout, int maxRetries, Duration acquisitionTimeout) {
		this.limits = new RequestLimits(timeout, maxRetries, acquisitionTimeout);
		return this;
	}

	public TestGrants refreshAhead() {
		return cachePolicy(new CachePolicy(CACHE_POLICY.skew(), CACHE_POLICY.defaultLifetime(),
				CACHE_POLICY.maximumLifetime(), true, CACHE_POLICY.minTokenAge(), CACHE_POLICY.refusalTtl()));
	}

	public TestGrants refusalTtl(Duration refusalTtl) {
		return cachePolicy(new CachePolicy(CACHE_POLICY.skew(), CACHE_POLICY.defaultLifetime(),
				CACHE_POLICY.maximumLifetime(), false, CACHE_POLICY.minTokenAge(), refusalTtl));
	}

	public TestGrants cachePolicy(Duration skew, Duration defaultLifetime, Duration maximumLifetime) {
		return cachePolicy(new CachePolicy(skew, defaultLifetime, maximumLifetime, false, CACHE_POLICY.minTokenAge(),
				CACHE_POLICY.refusalTtl()));
	}

	public TestGrants cachePolicy(CachePolicy cachePolicy) {
		this.cachePolicy = cachePolicy;
		return this;
	}

	public TestGrants jwtVerification(JwtVerification jwtVerification) {
		this.jwtVerification = jwtVerification;
		return this;
	}

	public TestGrants transport(TransportSettings transport) {
		this.transport = transport;
		return this;
	}

	public TestGrants store(StoreSettings store) {
		this.store = store;
		return this;
	}

	public TestGrants dpopKey(DpopKey dpopKey) {
		this.dpopKey = dpopKey;
		return this;
	}

	public ClientCredentialsGrant build() {
		return new ClientCredentialsGrant(this.name, this.tokenEndpoint, this.clientAuthentication,
				this.assertionAudience, this.encodeCredentials, this.scopes, this.audience, this.resources,
				this.parameters, this.headers, this.limits, this.cachePolicy, this.jwtVerification, this.transport,
				this.store, this.dpopKey);
	}

}
