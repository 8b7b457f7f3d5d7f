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
			Duration.ofHours(24), false);

	private String name = "orders";

	private URI tokenUri = URI.create("http://127.0.0.1:4444/oauth2/token");

	private ClientAuthentication clientAuthentication = ClientAuthentication.CLIENT_SECRET_BASIC;

	private boolean encodeCredentials = true;

	private List<String> scopes = List.of();

	private @Nullable String audience;

	private Map<String, String> parameters = Map.of();

	private Map<String, String> headers = Map.of();

	private Duration timeout = Duration.ofSeconds(10);

	private CachePolicy cachePolicy = CACHE_POLICY;

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
		this.tokenUri = URI.create(tokenUri);
		return this;
	}

	public TestGrants clientAuthentication(ClientAuthentication clientAuthentication) {
		this.clientAuthentication = clientAuthentication;
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
		this.timeout = timeout;
		return this;
	}

	public TestGrants refreshAhead() {
		this.cachePolicy = new CachePolicy(CACHE_POLICY.skew(), CACHE_POLICY.defaultLifetime(),
				CACHE_POLICY.maximumLifetime(), true);
		return this;
	}

	public TestGrants cachePolicy(Duration skew, Duration defaultLifetime, Duration maximumLifetime) {
		this.cachePolicy = new CachePolicy(skew, defaultLifetime, maximumLifetime, false);
		return this;
	}

	public ClientCredentialsGrant build() {
		return new ClientCredentialsGrant(this.name, this.tokenUri, this.clientAuthentication, this.encodeCredentials,
				this.scopes, this.audience, this.parameters, this.headers, this.timeout, this.cachePolicy);
	}

}
