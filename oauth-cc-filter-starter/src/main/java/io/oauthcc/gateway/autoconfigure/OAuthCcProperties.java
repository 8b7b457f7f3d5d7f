package io.oauthcc.gateway.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.oauthcc.gateway.filter.OAuthClientCredentialsOptions;
import io.oauthcc.gateway.filter.StoreOptions;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Describes the properties below {@code oauth-cc} to the IDE. Only {@code oauth-cc.cache}
 * is bound as a bean; {@link io.oauthcc.gateway.filter.Middlewares} reads the others, so
 * that no actuator endpoint sees a secret and every error is reported at once.
 */
@ConfigurationProperties("oauth-cc")
class OAuthCcProperties {

	/**
	 * Options that every middleware inherits: maps are merged, lists replaced.
	 */
	@NestedConfigurationProperty
	private OAuthClientCredentialsOptions defaults = new OAuthClientCredentialsOptions();

	/**
	 * Middlewares by name; a route uses one with OAuthClientCredentials=name.
	 */
	private Map<String, OAuthClientCredentialsOptions> middlewares = new LinkedHashMap<>();

	/**
	 * Stores by name; a middleware uses one with store.name.
	 */
	private Map<String, StoreOptions> stores = new LinkedHashMap<>();

	public OAuthClientCredentialsOptions getDefaults() {
		return this.defaults;
	}

	public void setDefaults(OAuthClientCredentialsOptions defaults) {
		this.defaults = defaults;
	}

	public Map<String, OAuthClientCredentialsOptions> getMiddlewares() {
		return this.middlewares;
	}

	public void setMiddlewares(Map<String, OAuthClientCredentialsOptions> middlewares) {
		this.middlewares = middlewares;
	}

	public Map<String, StoreOptions> getStores() {
		return this.stores;
	}

	public void setStores(Map<String, StoreOptions> stores) {
		this.stores = stores;
	}

}
