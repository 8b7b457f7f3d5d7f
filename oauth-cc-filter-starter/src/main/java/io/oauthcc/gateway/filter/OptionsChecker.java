package io.oauthcc.gateway.filter;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.token.CachePolicy;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.RequestLimits;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenEndpointLocation;
import io.oauthcc.gateway.token.TransportSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Checks bound options and makes of them what they stand for. Notes every error and goes
 * on; what it returns is of use only if it noted none.
 */
final class OptionsChecker {

	/** RFC 6749, section 3.3. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

	private static final Set<String> OWN_PARAMETERS = Set.of("grant_type", "client_id", "client_secret",
			"client_assertion", "client_assertion_type", "scope", "audience", "resource");

	private static final Set<String> OWN_HEADERS = Set.of("accept", "accept-encoding", "authorization", "connection",
			"content-encoding", "content-length", "content-type", "dpop", "expect", "host", "keep-alive",
			"proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade");

	private static final DataSize LONGEST_REPLAY = DataSize.ofMegabytes(10);

	private final OAuthClientCredentialsOptions options;

	private final TransportSettings transport;

	private final OptionErrors errors;

	private final ClientAuthenticationChecker clientAuthentication;

	private final Supplier<DpopKey> gatewayKey;

	/**
	 * Create a checker.
	 * @param options the options
	 * @param transport what has been made of those below {@code clientConfig}
	 * @param errors is told what is wrong
	 * @param gatewayKey the key that tokens are bound to without one of their own
	 */
	OptionsChecker(OAuthClientCredentialsOptions options, TransportSettings transport, OptionErrors errors,
			Supplier<DpopKey> gatewayKey) {
		this.options = options;
		this.transport = transport;
		this.errors = errors;
		// A key that stands there but cannot be read, or not yet, is told of as that.
		boolean clientCertificate = transport.tls().key() != null
				|| OptionErrors.text(options.getClientConfig().getTls().getKey()) != null;
		this.clientAuthentication = new ClientAuthenticationChecker(options, clientCertificate, errors);
		this.gatewayKey = gatewayKey;
	}

	ClientCredentialsGrant grant(String name) {
		StoreSettings store = store();
		return new ClientCredentialsGrant(name, tokenEndpoint(), this.options.getClientAuthentication(),
				this.clientAuthentication.assertionAudience(), this.options.isEncodeCredentials(),
				scopes("scopes", this.options.getScopes()), OptionErrors.text(this.options.getAudience()), resources(),
				parameters(), headers(), limits(), cachePolicy(),
				new JwtOptionsChecker(this.options.getJwt(), this.errors).verification(), this.transport, store,
				new DpopOptionsChecker(this.options, this.errors, this.gatewayKey).key(store != null));
	}

	List<String> requiredScopes() {
		return scopes("requiredScopes", this.options.getRequiredScopes());
	}

	ClaimsPolicy claimsPolicy() {
		return new ClaimsOptionsChecker(this.options, this.errors).policy();
	}

	UnauthorizedPolicy unauthorizedPolicy() {
		DataSize limit = this.options.getReplayBodyLimit();
		if (limit.isNegative() || limit.compareTo(LONGEST_REPLAY) > 0) {
			this.errors.add("replayBodyLimit", "%s is out of range".formatted(limit), "Use 0B to 10MB.");
		}
		return new UnauthorizedPolicy(this.options.getOnUpstreamUnauthorized(),
				this.options.getUpstreamUnauthorized().isAnyChallenge(), limit.toBytes());
	}

	AttemptLimits attemptLimits() {
		OAuthClientCredentialsOptions.Attempts attempts = this.options.getAttempts();
		return new AttemptLimits(
				this.errors.inRange("attempts.window", attempts.getWindow(), Duration.ofSeconds(1),
						Duration.ofHours(1)),
				this.errors.inRange("attempts.perAddress", attempts.getPerAddress(), 1, 1000),
				this.errors.inRange("attempts.perClient", attempts.getPerClient(), 1, 1000),
				this.errors.inRange("attempts.maxTrustedIndex", attempts.getMaxTrustedIndex(), 0, 100));
	}

	/** Who the client is, and how it proves that. */
	ClientAuthenticationChecker clientAuthentication() {
		return this.clientAuthentication;
	}

	private TokenEndpointLocation tokenEndpoint() {
		String url = OptionErrors.text(this.options.getUrl());
		String issuer = OptionErrors.text(this.options.getIssuer());
		if (issuer == null) {
			return new TokenEndpointLocation.Configured(tokenUri(url));
		}
		if (url != null) {
			this.errors.add("issuer", "stands beside 'url'",
					"Remove one of them: the issuer's metadata tell the token endpoint.");
		}
		URI uri = this.errors.httpUrl("issuer", issuer, "https://idp.example/realms/orders");
		if (uri != null && uri.getRawQuery() != null) {
			this.errors.add("issuer", "has a query", "Remove the '?' and what follows it.");
		}
		return new TokenEndpointLocation.Discovered((uri != null) ? uri : URI.create(""));
	}

	private URI tokenUri(@Nullable String url) {
		if (url == null) {
			this.errors.add("url", "missing", "Set 'url' to the token endpoint, or 'issuer'.");
			return URI.create("");
		}
		try {
			URI uri = new URI(url);
			checkTokenUri(uri);
			return uri;
		}
		catch (URISyntaxException ex) {
			// Not shown: it may hold a password.
			this.errors.add("url", "is no URL", "Set 'url' to an absolute http or https URL.");
			return URI.create("");
		}
	}

	private void checkTokenUri(URI uri) {
		if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
			this.errors.add("url", "carries user info", "Set 'clientId' and 'clientSecret' instead.");
			return;
		}
		if (uri.getFragment() != null) {
			this.errors.add("url", "%s has a fragment".formatted(shown(uri)), "Remove the '#' and what follows it.");
		}
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		if (!Set.of("http", "https").contains(scheme) || !StringUtils.hasText(uri.getHost())) {
			this.errors.add("url", "%s is not an absolute http or https URL".formatted(shown(uri)),
					"Set 'url' to a URL such as https://idp.example/oauth2/token.");
		}
		if (uri.getPort() > 65535) {
			this.errors.add("url", "%s has a port that does not exist".formatted(shown(uri)),
					"Use a port of at most 65535.");
		}
	}

	/**
	 * Without what may be a secret: user info, which need not parse as such, and the
	 * query.
	 */
	private static String shown(URI uri) {
		String text = uri.toString();
		return text.contains("@") ? "the value" : "'%s'".formatted(text.split("[?#]", 2)[0]);
	}

	private List<String> scopes(String option, List<String> entries) {
		List<String> scopes = new ArrayList<>();
		for (String entry : entries) {
			for (String scope : StringUtils.tokenizeToStringArray(entry, " ")) {
				if (!SCOPE.matcher(scope).matches()) {
					this.errors.add(option, "'%s' is no scope".formatted(OptionErrors.printable(scope)),
							"Use the characters that RFC 6749, section 3.3 allows.");
				}
				if (!scopes.contains(scope)) {
					scopes.add(scope);
				}
			}
		}
		return scopes;
	}

	/** RFC 8707, section 2. */
	private List<String> resources() {
		for (String resource : this.options.getResource()) {
			try {
				URI uri = new URI(resource);
				if (uri.isAbsolute() && uri.getFragment() == null) {
					continue;
				}
			}
			catch (URISyntaxException ex) {
				// Said below.
			}
			this.errors.add("resource", "'%s' is no absolute URI".formatted(OptionErrors.printable(resource)),
					"Use a URI such as https://orders.example or urn:orders, without fragment.");
		}
		return this.options.getResource();
	}

	private Map<String, String> parameters() {
		this.options.getParameters().forEach((name, value) -> {
			if (OWN_PARAMETERS.contains(name)) {
				this.errors.add("parameters." + name, "belongs to the grant",
						"Remove it: options of their own set the grant's parameters.");
			}
			this.errors.withoutControls("parameters." + name, value);
		});
		return this.options.getParameters();
	}

	private Map<String, String> headers() {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		this.options.getHeaders().forEach((name, value) -> {
			String option = "headers." + OptionErrors.printable(name);
			if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
				this.errors.add(option, "belongs to the grant", "Remove it: the token request sets it itself.");
			}
			this.errors.headerName(option, name);
			this.errors.withoutControls(option, value);
			// The first is the middleware's own; a default may spell it otherwise.
			headers.putIfAbsent(name, value);
		});
		return new LinkedHashMap<>(headers);
	}

	private RequestLimits limits() {
		OAuthClientCredentialsOptions.ClientConfig config = this.options.getClientConfig();
		return new RequestLimits(
				Duration
					.ofSeconds(this.errors.inRange("clientConfig.timeoutSeconds", config.getTimeoutSeconds(), 1, 300)),
				this.errors.inRange("clientConfig.maxRetries", config.getMaxRetries(), 0, 10),
				this.errors.inRange("clientConfig.acquisitionTimeout", config.getAcquisitionTimeout(),
						Duration.ofSeconds(1), Duration.ofMinutes(5)));
	}

	private @Nullable StoreSettings store() {
		return new StoreOptionsChecker(this.options.getStore(), this.errors).settings();
	}

	private CachePolicy cachePolicy() {
		OAuthClientCredentialsOptions.Cache cache = this.options.getCache();
		return new CachePolicy(this.errors.inRange("cache.skew", cache.getSkew(), Duration.ZERO, Duration.ofHours(1)),
				this.errors.inRange("cache.defaultLifetime", cache.getDefaultLifetime(), Duration.ofSeconds(1),
						Duration.ofHours(24)),
				this.errors.inRange("cache.maximumLifetime", cache.getMaximumLifetime(), Duration.ofSeconds(1),
						Duration.ofDays(30)),
				cache.isRefreshAhead(),
				this.errors.inRange("cache.minTokenAge", cache.getMinTokenAge(), Duration.ofSeconds(1),
						Duration.ofHours(1)),
				this.errors.inRange("cache.refusalTtl", cache.getRefusalTtl(), Duration.ZERO, Duration.ofMinutes(5)));
	}

}
