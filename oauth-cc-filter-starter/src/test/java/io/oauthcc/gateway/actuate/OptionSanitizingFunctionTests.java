package io.oauthcc.gateway.actuate;

import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.filter.OptionMask;
import io.oauthcc.gateway.secret.FileSecretResolver;
import io.oauthcc.gateway.secret.Secrets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OptionSanitizingFunction}.
 */
class OptionSanitizingFunctionTests {

	private static final String FILTER = "spring.cloud.gateway.server.webflux.routes[0].filters[0]";

	private final MapPropertySource source = new MapPropertySource("source",
			Map.of(FILTER + ".name", "OAuthClientCredentials",
					"spring.cloud.gateway.server.webflux.routes[0].filters[1].name", "Other",
					"SPRING_CLOUD_GATEWAY_ROUTES_0_FILTERS_0_NAME", "OAuthClientCredentials"));

	private final OptionMask mask = new OptionMask(new Secrets(List.of(new FileSecretResolver(List.of()))));

	private final OptionSanitizingFunction function = new OptionSanitizingFunction(new StandardEnvironment(),
			"OAuthClientCredentials", this.mask);

	@ParameterizedTest
	@CsvSource({ "oauth-cc.defaults.client-secret", "oauthcc.middlewares.a.clientSecret",
			"OAUTH-CC.defaults.CLIENT_SECRET", "oauth-cc.middlewares[a.b].client-secret",
			"oauth-cc.middlewares.a.headers[X-Api-Key]", "oauth-cc.middlewares.a.store.previous-secrets[0]",
			"oauth-cc.stores.a.secret", "oauth-cc.stores.a.previousSecrets[1]", "oauth-cc.stores.a.redis.password",
			"oauth-cc.middlewares.a.unknown", "oauth-cc.middlewares.a", "oauth-cc.stores.a",
			"oauth-cc.defaults[clientSecret]", "OAUTHCC_MIDDLEWARES_A_CLIENTID", "OAUTH_CC_DEFAULTS_CLIENT_SECRET",
			"OAUTHCC_STORES_A_SECRET", FILTER + ".args.clientSecret", FILTER + ".args[clientSecret]",
			FILTER + ".args[store.secret]", FILTER + ".args.store.previous-secrets[0]",
			"SPRING_CLOUD_GATEWAY_ROUTES_0_FILTERS_0_ARGS_CLIENTSECRET" })
	void applyWhenSecretThenMasked(String key) {
		assertThat(apply(key)).isEqualTo("******");
	}

	@ParameterizedTest
	@CsvSource({ "oauth-cc.defaults.client-id", "oauth-cc.middlewares.a.scopes[0]", "oauth-cc.stores.a.redis.username",
			"oauth-cc.cache.maximum-size", "oauth-cc.secrets.file-roots", "oauth-cc", "oauth-ccx.defaults.secret",
			FILTER + ".args.clientId", FILTER + ".args._genkey_0", FILTER + ".name",
			"spring.cloud.gateway.server.webflux.routes[0].filters[1].args.secret",
			"spring.cloud.gateway.server.webflux.routes[0].predicates[0].args.secret", "args.secret",
			"SPRING_CLOUD_GATEWAY_ROUTES_0_FILTERS_1_ARGS_VALUE" })
	void applyWhenNoSecretOfOursThenAsItIs(String key) {
		assertThat(apply(key)).isEqualTo("value");
	}

	@Test
	void applyWhenFilterIsNotKnownThenHidesWhatWouldBeSecret() {
		String unknown = "spring.cloud.gateway.server.webflux.routes[9].filters[9].args.";
		assertThat(apply(unknown + "clientSecret")).isEqualTo("******");
		assertThat(apply(unknown + "regexp")).isEqualTo("value");
		assertThat(apply("spring.cloud.gateway.server.webflux.routes[0].filters[1].args.clientSecret"))
			.isEqualTo("value");
	}

	@Test
	void applyWhenBeanIsSpeltOtherwiseThenFoundInTheEnvironment() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("spring.cloud.gateway.server.webflux.default-filters[0].name", "oauthClientCredentials")));
		ConfigurationPropertySources.attach(environment);
		SanitizableData data = new SanitizableData(null,
				"spring.cloud.gateway.server.webflux.defaultFilters[0].args.headers.X-Api-Key", "value");
		assertThat(
				new OptionSanitizingFunction(environment, "OAuthClientCredentials", this.mask).apply(data).getValue())
			.isEqualTo("******");
	}

	@Test
	void applyWhenReferenceThenAsItIs() {
		assertThat(this.function
			.apply(new SanitizableData(this.source, "oauth-cc.defaults.client-secret", "urn:file:/run/secret"))
			.getValue()).isEqualTo("urn:file:/run/secret");
	}

	@Test
	void applyWhenNoTextThenKeepsTheType() {
		assertThat(this.function.apply(new SanitizableData(this.source, "oauth-cc.defaults.cache.skew", 3)).getValue())
			.isEqualTo(3);
		assertThat(this.function.apply(new SanitizableData(null, "oauth-cc.defaults.client-secret", null)).getValue())
			.isNull();
	}

	private Object apply(String key) {
		Object value = this.function.apply(new SanitizableData(this.source, key, "value")).getValue();
		return String.valueOf(value);
	}

}
