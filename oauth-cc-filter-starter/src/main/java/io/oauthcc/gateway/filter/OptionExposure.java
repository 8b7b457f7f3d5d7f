package io.oauthcc.gateway.filter;

import java.util.Arrays;
import java.util.Set;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * What others than the gateway may see of an option's value. The one place that knows
 * which options are secret: one that is not named here may be.
 */
enum OptionExposure {

	/** All of it: it is no secret. */
	SHOWN("middleware", "clientid", "scopes", "clientauthentication", "privatekey.keyid", "privatekey.algorithm",
			"encodecredentials", "clientconfig.timeoutseconds", "clientconfig.maxretries",
			"clientconfig.acquisitiontimeout", "clientconfig.tls.trustsystem", "clientconfig.tls.insecureskipverify",
			"clientconfig.tls.bundle", "clientconfig.proxy.type", "clientconfig.proxy.host", "clientconfig.proxy.port",
			"clientconfig.proxy.username", "clientconfig.proxy.nonproxyhosts", "clientconfig.pool.maxconnections",
			"clientconfig.pool.maxidletime", "clientconfig.pool.maxlifetime", "clientconfig.http2", "cache.skew",
			"cache.defaultlifetime", "cache.maximumlifetime", "cache.refreshahead", "cache.mintokenage",
			"cache.refusalttl", "requiredscopes", "claims", "usernameclaim", "jwt.verify", "jwt.clockskew", "dpop",
			"onupstreamunauthorized", "upstreamunauthorized.anychallenge", "replaybodylimit", "attempts.window",
			"attempts.peraddress", "attempts.perclient", "attempts.maxtrustedindex", "store.name", "store.keyprefix",
			"store.lease", "store.patience", "store.redis.username", "store.redis.database", "store.redis.cluster",
			"store.redis.timeout", "store.redis.connection", "store.redis.sentinel.masterset",
			"store.redis.sentinel.username", "store.redis.tls.insecureskipverify"),

	/** A URL, or what mostly is one, up to its query: that may hold a secret. */
	ADDRESS("url", "issuer", "audience", "resource", "clientassertion.audience", "jwt.jwkseturi", "jwt.issuer",
			"jwt.audiences", "store.redis.endpoints"),

	/**
	 * Nothing, though it need be no secret: a PEM may hold a key beside the certificate,
	 * a parameter or a header any credential.
	 */
	HIDDEN,

	/** Nothing. */
	SECRET("clientsecret", "privatekey.key", "privatekey.password", "clientconfig.tls.key",
			"clientconfig.tls.keypassword", "clientconfig.proxy.password", "dpopkey", "store.secret",
			"store.previoussecrets", "store.redis.password", "store.redis.sentinel.password", "store.redis.tls.key");

	// Of Set.of.
	@SuppressWarnings("ImmutableEnumChecker")
	private final Set<String> options;

	OptionExposure(String... options) {
		this.options = Set.of(options);
	}

	/**
	 * What may be seen of an option, however it is spelt.
	 * @param name the option's name, or that of one element of it
	 */
	static OptionExposure of(ConfigurationPropertyName name) {
		if (OptionNames.isEntry(name)) {
			// These are names of claims.
			return name.getElement(0, Form.UNIFORM).equals("forwardheaders") ? SHOWN : HIDDEN;
		}
		String option = OptionNames.uniform(OptionNames.withoutIndex(name));
		return Arrays.stream(values())
			.filter((exposure) -> exposure.options.contains(option))
			.findFirst()
			.orElse(HIDDEN);
	}

}
