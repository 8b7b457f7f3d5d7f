package io.oauthcc.gateway.filter;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import io.oauthcc.gateway.attempt.AttemptLimits;
import io.oauthcc.gateway.token.CachePolicy;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.RequestLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Checks bound options and makes of them what they stand for. Notes every error and goes
 * on; what it returns is of use only if it noted none.
 */
final class OptionsChecker {

	/** RFC 6749, section 3.3. */
	private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

	/** RFC 9110, section 5.6.2. */
	private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

	private static final Set<String> OWN_PARAMETERS = Set.of("grant_type", "client_id", "client_secret",
			"client_assertion", "client_assertion_type", "scope", "audience");

	private static final Set<String> OWN_HEADERS = Set.of("accept", "accept-encoding", "authorization", "connection",
			"content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "proxy-authorization",
			"te", "trailer", "transfer-encoding", "upgrade");

	private static final DataSize LONGEST_REPLAY = DataSize.ofMegabytes(10);

	private final OAuthClientCredentialsOptions options;

	private final List<OptionError> errors;

	OptionsChecker(OAuthClientCredentialsOptions options, List<OptionError> errors) {
		this.options = options;
		this.errors = errors;
	}

	ClientCredentialsGrant grant(String name) {
		return new ClientCredentialsGrant(name, tokenUri(), this.options.getClientAuthentication(),
				this.options.isEncodeCredentials(), scopes("scopes", this.options.getScopes()),
				text(this.options.getAudience()), parameters(), headers(), limits(), cachePolicy());
	}

	List<String> requiredScopes() {
		return scopes("requiredScopes", this.options.getRequiredScopes());
	}

	UnauthorizedPolicy unauthorizedPolicy() {
		DataSize limit = this.options.getReplayBodyLimit();
		if (limit.isNegative() || limit.compareTo(LONGEST_REPLAY) > 0) {
			error("replayBodyLimit", "%s is out of range".formatted(limit), "Use 0B to 10MB.");
		}
		return new UnauthorizedPolicy(this.options.getOnUpstreamUnauthorized(),
				this.options.getUpstreamUnauthorized().isAnyChallenge(), limit.toBytes());
	}

	AttemptLimits attemptLimits() {
		OAuthClientCredentialsOptions.Attempts attempts = this.options.getAttempts();
		return new AttemptLimits(
				inRange("attempts.window", attempts.getWindow(), Duration.ofSeconds(1), Duration.ofHours(1)),
				inRange("attempts.perAddress", attempts.getPerAddress(), 1, 1000),
				inRange("attempts.perClient", attempts.getPerClient(), 1, 1000),
				inRange("attempts.maxTrustedIndex", attempts.getMaxTrustedIndex(), 0, 100));
	}

	/** The configured credentials, or {@code null} at application level. */
	@Nullable ClientCredentials credentials() {
		String clientId = text(this.options.getClientId());
		String clientSecret = text(this.options.getClientSecret());
		if (clientId == null && clientSecret == null) {
			return null;
		}
		if (clientId == null) {
			error("clientId", "missing, though there is a clientSecret",
					"Set 'clientId' as well, or neither for application level.");
			return null;
		}
		if (clientSecret == null) {
			error("clientSecret", "missing, though there is a clientId",
					"Set 'clientSecret' as well, or neither for application level.");
			return null;
		}
		withoutControls("clientId", clientId);
		withoutControls("clientSecret", clientSecret);
		if (clientId.contains(":") && !this.options.isEncodeCredentials()
				&& this.options.getClientAuthentication() == ClientAuthentication.CLIENT_SECRET_BASIC) {
			error("clientId", "has a colon, which Basic cannot carry unless it is encoded",
					"Set 'encodeCredentials' to true, or 'clientAuthentication' to client_secret_post.");
		}
		return ClientCredentials.of(clientId, clientSecret);
	}

	private URI tokenUri() {
		String url = text(this.options.getUrl());
		if (url == null) {
			error("url", "missing", "Set 'url' to the token endpoint.");
			return URI.create("");
		}
		try {
			URI uri = new URI(url);
			checkTokenUri(uri);
			return uri;
		}
		catch (URISyntaxException ex) {
			// Not shown: it may hold a password.
			error("url", "is no URL", "Set 'url' to an absolute http or https URL.");
			return URI.create("");
		}
	}

	private void checkTokenUri(URI uri) {
		if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
			error("url", "carries user info", "Set 'clientId' and 'clientSecret' instead.");
			return;
		}
		if (uri.getFragment() != null) {
			error("url", "%s has a fragment".formatted(shown(uri)), "Remove the '#' and what follows it.");
		}
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		if (!Set.of("http", "https").contains(scheme) || !StringUtils.hasText(uri.getHost())) {
			error("url", "%s is not an absolute http or https URL".formatted(shown(uri)),
					"Set 'url' to a URL such as https://idp.example/oauth2/token.");
		}
		if (uri.getPort() > 65535) {
			error("url", "%s has a port that does not exist".formatted(shown(uri)), "Use a port of at most 65535.");
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
					error(option, "'%s' is no scope".formatted(printable(scope)),
							"Use the characters that RFC 6749, section 3.3 allows.");
				}
				if (!scopes.contains(scope)) {
					scopes.add(scope);
				}
			}
		}
		return scopes;
	}

	private Map<String, String> parameters() {
		this.options.getParameters().forEach((name, value) -> {
			if (OWN_PARAMETERS.contains(name)) {
				error("parameters." + name, "belongs to the grant",
						"Remove it: options of their own set the grant's parameters.");
			}
			withoutControls("parameters." + name, value);
		});
		return this.options.getParameters();
	}

	private Map<String, String> headers() {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		this.options.getHeaders().forEach((name, value) -> {
			String option = "headers." + printable(name);
			if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
				error(option, "belongs to the grant", "Remove it: the token request sets it itself.");
			}
			if (!HEADER_NAME.matcher(name).matches()) {
				error(option, "is no header name", "Use the characters that RFC 9110, section 5.6.2 allows.");
			}
			withoutControls(option, value);
			// The first is the middleware's own; a default may spell it otherwise.
			headers.putIfAbsent(name, value);
		});
		return new LinkedHashMap<>(headers);
	}

	private RequestLimits limits() {
		OAuthClientCredentialsOptions.ClientConfig config = this.options.getClientConfig();
		return new RequestLimits(
				Duration.ofSeconds(inRange("clientConfig.timeoutSeconds", config.getTimeoutSeconds(), 1, 300)),
				inRange("clientConfig.maxRetries", config.getMaxRetries(), 0, 10),
				inRange("clientConfig.acquisitionTimeout", config.getAcquisitionTimeout(), Duration.ofSeconds(1),
						Duration.ofMinutes(5)));
	}

	private CachePolicy cachePolicy() {
		OAuthClientCredentialsOptions.Cache cache = this.options.getCache();
		return new CachePolicy(inRange("cache.skew", cache.getSkew(), Duration.ZERO, Duration.ofHours(1)),
				inRange("cache.defaultLifetime", cache.getDefaultLifetime(), Duration.ofSeconds(1),
						Duration.ofHours(24)),
				inRange("cache.maximumLifetime", cache.getMaximumLifetime(), Duration.ofSeconds(1),
						Duration.ofDays(30)),
				cache.isRefreshAhead(),
				inRange("cache.minTokenAge", cache.getMinTokenAge(), Duration.ofSeconds(1), Duration.ofHours(1)),
				inRange("cache.refusalTtl", cache.getRefusalTtl(), Duration.ZERO, Duration.ofMinutes(5)));
	}

	private int inRange(String option, int value, int minimum, int maximum) {
		if (value < minimum || value > maximum) {
			error(option, "%d is out of range".formatted(value), "Use %d to %d.".formatted(minimum, maximum));
		}
		return value;
	}

	private Duration inRange(String option, Duration value, Duration minimum, Duration maximum) {
		if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
			error(option, "%s is out of range".formatted(print(value)),
					"Use %s to %s.".formatted(print(minimum), print(maximum)));
		}
		return value;
	}

	private static String print(Duration value) {
		return DurationStyle.SIMPLE.print(value, ChronoUnit.SECONDS);
	}

	private void withoutControls(String option, String value) {
		if (value.chars().anyMatch(Character::isISOControl)) {
			error(option, "has a control character", "Remove it; a line break at the end is a frequent one.");
		}
	}

	private static String printable(String text) {
		return text.replaceAll("\\p{Cntrl}", "?");
	}

	/** A value that is there; YAML leaves an empty one where a key stands alone. */
	private static @Nullable String text(@Nullable String value) {
		return StringUtils.hasText(value) ? value : null;
	}

	private void error(String option, String problem, String action) {
		this.errors.add(new OptionError(option, problem, action));
	}

}
