package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.oauthcc.gateway.token.RedisSettings;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TlsSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks the options of a store.
 */
final class StoreOptionsChecker {

	private static final Log logger = LogFactory.getLog(StoreOptionsChecker.class);

	/** The lengths of an AES key. */
	private static final Set<Integer> SECRET_LENGTHS = Set.of(16, 24, 32);

	private static final Pattern ADDRESS = Pattern
		.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(?<port>[0-9]{1,5}))?");

	private static final String TLS_SCHEME = "rediss://";

	private static final String SCHEME = "redis://";

	private final StoreOptions options;

	private final StoreOptions.Redis redis;

	private final OptionErrors errors;

	StoreOptionsChecker(StoreOptions options, OptionErrors errors) {
		this.options = options;
		this.redis = options.getRedis();
		this.errors = errors;
	}

	/** The store, or {@code null} if none is configured. */
	@Nullable StoreSettings settings() {
		String prefix = OptionErrors.text(this.options.getKeyPrefix());
		String secret = OptionErrors.text(this.options.getSecret());
		boolean application = usesApplicationConnection();
		if (secret == null && prefix == null && !application && this.redis.getEndpoints().isEmpty()) {
			return null;
		}
		if (!application && this.redis.getEndpoints().isEmpty()) {
			this.errors.add("store.redis.endpoints", "missing",
					"Set 'store.redis.endpoints' to host:port of your Redis.");
		}
		return new StoreSettings((prefix != null) ? prefix : "", secret("store.secret", secret), previousSecrets(),
				this.errors.inRange("store.lease", this.options.getLease(), Duration.ofMillis(500),
						Duration.ofSeconds(30)),
				this.errors.inRange("store.patience", this.options.getPatience(), Duration.ofMillis(100),
						Duration.ofSeconds(30)),
				redis(application));
	}

	private boolean usesApplicationConnection() {
		String connection = OptionErrors.text(this.redis.getConnection());
		if (connection != null && !connection.equals("spring")) {
			this.errors.add("store.redis.connection", "is not 'spring'", "Use 'spring', or 'store.redis.endpoints'.");
		}
		return "spring".equals(connection);
	}

	private List<String> previousSecrets() {
		List<String> secrets = new ArrayList<>();
		for (String secret : this.options.getPreviousSecrets()) {
			secrets.add(secret("store.previousSecrets", secret));
		}
		return secrets;
	}

	private String secret(String option, @Nullable String secret) {
		int length = (secret != null) ? secret.getBytes(StandardCharsets.UTF_8).length : 0;
		if (secret == null || !SECRET_LENGTHS.contains(length)) {
			this.errors.add(option, (secret == null) ? "missing" : "has %d characters".formatted(length),
					"Use 16, 24 or 32 random characters.");
			return "";
		}
		return secret;
	}

	private RedisSettings redis(boolean application) {
		List<String> endpoints = new ArrayList<>();
		boolean encrypted = false;
		for (String endpoint : this.redis.getEndpoints()) {
			encrypted |= endpoint.startsWith(TLS_SCHEME);
			endpoints.add(address(endpoint));
		}
		RedisSettings.Sentinel sentinel = sentinel();
		boolean cluster = this.redis.getCluster() != null && !"false".equals(this.redis.getCluster());
		if (cluster && sentinel != null) {
			this.errors.add("store.redis.cluster", "stands beside store.redis.sentinel", "Use one of them.");
		}
		if (cluster && this.redis.getDatabase() != 0) {
			logger.warn("store.redis.database is ignored: a cluster has one database alone");
		}
		if (!cluster && sentinel == null && endpoints.size() > 1) {
			this.errors.add("store.redis.endpoints", "has several nodes, but these form no cluster",
					"Add 'store.redis.cluster: true' or 'store.redis.sentinel', or use one node.");
		}
		return new RedisSettings(application, endpoints, cluster, sentinel, OptionErrors.text(this.redis.getUsername()),
				OptionErrors.text(this.redis.getPassword()),
				this.errors.inRange("store.redis.database", this.redis.getDatabase(), 0, 1000), tls(encrypted),
				this.errors.inRange("store.redis.timeout", this.redis.getTimeout(), Duration.ofMillis(10),
						Duration.ofSeconds(10)));
	}

	private String address(String endpoint) {
		String address = endpoint.startsWith(TLS_SCHEME) ? endpoint.substring(TLS_SCHEME.length())
				: endpoint.startsWith(SCHEME) ? endpoint.substring(SCHEME.length()) : endpoint;
		Matcher matcher = ADDRESS.matcher(address);
		if (!matcher.matches() || !isPort(matcher.group("port"))) {
			this.errors.add("store.redis.endpoints", "an element is no host:port",
					"Use host:port, such as redis:6379.");
		}
		return address;
	}

	private static boolean isPort(@Nullable String port) {
		return port == null || (Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65535);
	}

	private RedisSettings.@Nullable Sentinel sentinel() {
		StoreOptions.Sentinel sentinel = this.redis.getSentinel();
		String masterSet = OptionErrors.text(sentinel.getMasterSet());
		String username = OptionErrors.text(sentinel.getUsername());
		String password = OptionErrors.text(sentinel.getPassword());
		if (masterSet == null && username == null && password == null) {
			return null;
		}
		if (masterSet == null) {
			this.errors.add("store.redis.sentinel.masterSet", "missing", "Set it to the name of the master.");
			return null;
		}
		return new RedisSettings.Sentinel(masterSet, username, password);
	}

	private @Nullable TlsSettings tls(boolean encrypted) {
		TlsOptions tls = this.redis.getTls();
		String ca = OptionErrors.text(tls.getCa());
		String certificate = OptionErrors.text(tls.getCert());
		if (tls.isInsecureSkipVerify()) {
			logger.warn("store.redis.tls.insecureSkipVerify: whoever answers is taken for your Redis");
		}
		TlsSettings settings = new TlsOptionsChecker("store.redis.tls", this.errors).settings(tls, false, null);
		boolean any = encrypted || ca != null || certificate != null || tls.isInsecureSkipVerify();
		return any ? settings : null;
	}

}
