package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory.Config;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.RequestLimits;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What becomes of options, right ones and wrong ones.
 */
class OptionsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"scope: [a]                       | scope: unknown option, did you mean 'scopes'?",
			"cleintId: x                      | cleintId: unknown option, did you mean 'clientId'?",
			"clientConfig: {timeoutSecond: 1} | did you mean 'clientConfig.timeoutSeconds'?",
			"cach: {skew: 1s}                 | cach.skew: unknown option, did you mean 'cache'?",
			"nonsense: secret-value           | nonsense: unknown option",
			"url: /relative                   | url: '/relative' is not an absolute http or https URL",
			"url: ftp://idp/token             | url: 'ftp://idp/token' is not an absolute http or https URL",
			"url: 'http://user:secret-value@idp/token'  | url: carries user info",
			"url: http://idp/token#secret     | has a fragment", "url: 'http://idp/ space'         | url: is no URL",
			"url: ''  | url: missing",
			"clientId: x                      | clientSecret: missing, though there is a clientId",
			"clientSecret: secret-value       | clientId: missing, though there is a clientSecret",
			"clientAuthentication: secret_jwt | clientAuthentication: 'secret_jwt' is no known value",
			"encodeCredentials: maybe         | encodeCredentials: 'maybe' is no true or false",
			"clientConfig: {timeoutSeconds: 0}    | clientConfig.timeoutSeconds: 0 is out of range",
			"clientConfig: {timeoutSeconds: soon} | clientConfig.timeoutSeconds: 'soon' is no whole number",
			"cache: {skew: -1s}               | cache.skew: -1s is out of range",
			"cache: {defaultLifetime: 0s}     | cache.defaultLifetime: 0s is out of range",
			"cache: {maximumLifetime: 400d}   | is out of range",
			"parameters: {grant_type: secret-value} | parameters.grant_type: belongs to the grant",
			"parameters: {scope: x}           | parameters.scope: belongs to the grant",
			"headers: {Authorization: secret-value} | headers.Authorization: belongs to the grant",
			"headers: {content-length: 1}     | headers.content-length: belongs to the grant",
			"scopes: ['a\\b']                 | scopes: 'a\\b' is no scope",
			"claims: 'Equals(`a`, `b`)'       | claims: not supported yet",
			"forwardHeaders: {A: b}           | forwardHeaders.A: not supported yet",
			"usernameClaim: sub               | usernameClaim: not supported yet",
			"clientConfig: {tls: {ca: secret-value}} | clientConfig.tls.ca: not supported yet",
			"clientConfig: {maxRetries: 11}   | clientConfig.maxRetries: 11 is out of range",
			"clientConfig: {maxRetrys: 1}     | did you mean 'clientConfig.maxRetries'?",
			"clientConfig: {acquisitionTimeout: 0s} | clientConfig.acquisitionTimeout: 0s is out of range",
			"cache: {minTokenAge: 0s}         | cache.minTokenAge: 0s is out of range",
			"cache: {refusalTtl: 6m}          | cache.refusalTtl: 360s is out of range",
			"onUpstreamUnauthorized: replay   | onUpstreamUnauthorized: 'replay' is no known value",
			"upstreamUnauthorized: {anyChallenge: maybe} | upstreamUnauthorized.anyChallenge: 'maybe' is no true or",
			"upstreamUnauthorized: {anyChalenge: true} | did you mean 'upstreamUnauthorized.anyChallenge'?",
			"replayBodyLimit: 11MB            | replayBodyLimit: 11534336B is out of range",
			"replayBodyLimit: -1B             | replayBodyLimit: -1B is out of range",
			"replayBodyLimit: large           | replayBodyLimit: 'large' is no size such as 64KB",
			"requiredScopes: ['a\\b']         | requiredScopes: 'a\\b' is no scope",
			"attempts: {window: 2h}           | attempts.window: 7200s is out of range",
			"attempts: {perAddress: 0}        | attempts.perAddress: 0 is out of range",
			"attempts: {perClient: 1001}      | attempts.perClient: 1001 is out of range",
			"attempts: {maxTrustedIndex: -1}  | attempts.maxTrustedIndex: -1 is out of range",
			"attempts: {perAdress: 5}         | did you mean 'attempts.perAddress'?",
			"store: {keyPrefix: x}            | store.redis.endpoints: missing",
			"store: {redis: {endpoints: 'a:1'}} | store.secret: missing",
			"store: {secret: secret-value, redis: {endpoints: 'a:1'}} | store.secret: has 12 characters",
			"store: {secret: secret-value-012, redis: {endpoints: 'a:1,b:1'}} | has several nodes, but these form no",
			"store: {secret: secret-value-012, redis: {endpoints: 'http://a'}} | store.redis.endpoints: an element is",
			"store: {secret: secret-value-012, redis: {endpoint: 'a:1'}} | did you mean 'store.redis.endpoints'?",
			"store: {secret: secret-value-012, redis: {endpoints: 'a:1', timeout: 1ms}} | store.redis.timeout: 0s is out",
			"store: {secret: secret-value-012, redis: {endpoints: 'a:1', tls: {cert: x}}} | has one of cert and key alone",
			"store: {secret: secret-value-012, redis: {endpoints: 'a:1', sentinel: {username: x}}} | masterSet: missing",
			"store: {secret: secret-value-012, redis: {endpoints: 'a:1'}} | store: Redis's client is not on the class",
			"audience: 'urn:k8s:secret:a:b'   | audience: references to Kubernetes secrets are not supported yet",
			"scopes: ['urn:k8s:secret:a:b']   | references to Kubernetes secrets are not supported yet",
			"scopes: 'urn:k8s:secret:a:b'     | scopes: references to Kubernetes secrets are not supported yet",
			"parameters: {a: 'urn:k8s:secret:a:b'} | parameters.a: references to Kubernetes secrets are not supported",
			"clientSecret: '${NO_SUCH}'       | clientSecret: nothing resolves the placeholder",
			"audience: 'https://${NO_SUCH}/'  | audience: nothing resolves the placeholder",
			"audience: '${test.password}'     | audience: nothing resolves the placeholder",
			"parameters: {a: '${test.password}'} | parameters.a: nothing resolves the placeholder",
			"scopes: 'a urn:k8s:secret:a:b'   | scopes: references to Kubernetes secrets are not supported yet",
			"scopes: {1: a}                   | scopes: cannot be read",
			"parameters: {user_id: 1, userid: 2} | is the same as",
			"headers: {a: [x, y]}             | headers.a[0]: is an element of a list",
			"url: 'user:secret-value@idp/token'       | url: the value is not an absolute http or https URL",
			"url: 'http:/user:secret-value@idp/token' | url: the value is not an absolute http or https URL",
			"url: 'https://idp/token?key=secret-value#f'    | url: 'https://idp/token' has a fragment",
			"url: 'http://idp:99999/token?key=secret-value' | url: 'http://idp:99999/token' has a port",
			"middleware: nosuch               | stand beside the name of the middleware 'nosuch'" })
	void middlewareWhenOptionIsWrongThenSaysSo(String option, String problem) {
		String url = option.startsWith("url:") ? "" : "url: http://idp/token\n";
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> middlewares(Map.of("test.password", "secret-value")).of(config(url + option),
					"route 'orders'"))
			.withMessageContaining("route 'orders'")
			.withMessageContaining(problem)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret-value"))
			.satisfies((ex) -> assertThat(ex.getDefinitions().get(0).errors())
				.allSatisfy((error) -> assertThat(error.action()).isNotEmpty().doesNotContain("secret-value")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "scopes: [a, 'urn:opc:resource:consumer::all']",
			"scopes: a urn:opc:resource:consumer::all", "scopes: [a urn:opc:resource:consumer::all, a]" })
	void scopesWhenListOrStringThenTheSame(String scopes) {
		assertThat(grant("url: http://idp/token\n" + scopes).scopes()).containsExactly("a",
				"urn:opc:resource:consumer::all");
	}

	@Test
	void optionsWhenNothingButUrlThenDefaults() {
		Middleware middleware = middlewares(Map.of()).of(config("url: https://idp/token?tenant=a"), "a route").get();
		ClientCredentialsGrant grant = middleware.grant();
		assertThat(middleware.isApplicationLevel()).isTrue();
		assertThat(grant.tokenUri()).hasToString("https://idp/token?tenant=a");
		assertThat(grant.clientAuthentication()).isEqualTo(ClientAuthentication.CLIENT_SECRET_BASIC);
		assertThat(grant.encodeCredentials()).isTrue();
		assertThat(grant.scopes()).isEmpty();
		assertThat(grant.audience()).isNull();
		assertThat(grant.limits()).isEqualTo(new RequestLimits(Duration.ofSeconds(5), 3, Duration.ofSeconds(10)));
		assertThat(grant.cachePolicy().skew()).isEqualTo(Duration.ofSeconds(30));
		assertThat(grant.cachePolicy().defaultLifetime()).isEqualTo(Duration.ofSeconds(60));
		assertThat(grant.cachePolicy().maximumLifetime()).isEqualTo(Duration.ofHours(24));
	}

	@Test
	void optionsWhenKeysStandAloneThenDefaults() {
		ClientCredentialsGrant grant = grant("""
				url: http://idp/token
				clientID:
				clientSecret: ''
				audience:
				scopes: []
				parameters: {}
				headers:
				clientConfig:
				cache: {}
				""");
		assertThat(grant.limits().timeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(grant.scopes()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "clientID", "clientId", "client-id", "CLIENTID" })
	void clientIdWhenSpeltAsUsersDoThenFound(String name) {
		Middleware middleware = middlewares(Map.of())
			.of(config("url: http://idp/token\nclientSecret: s\n" + name + ": x"), "a route")
			.get();
		assertThat(Objects.requireNonNull(middleware.configured()).clientId()).isEqualTo("x");
	}

	@Test
	void optionsWhenDefaultsThenMapsAreMergedAndListsReplaced() {
		Map<String, Object> properties = Map.of("oauth-cc.defaults.url", "http://idp/token",
				"oauth-cc.defaults.scopes[0]", "a", "oauth-cc.defaults.scopes[1]", "b",
				"oauth-cc.defaults.parameters.Kept_One", "1", "oauth-cc.defaults.parameters.replaced", "2",
				"oauth-cc.defaults.cache.skew", "7s", "oauth-cc.middlewares.my-Name.scopes[0]", "c",
				"oauth-cc.middlewares.my-Name.parameters.replaced", "3",
				"oauth-cc.middlewares.my-Name.parameters[urn:x/y]", "4");
		ClientCredentialsGrant grant = middlewares(properties).of(new Config().setMiddleware("my-Name"), "x")
			.get()
			.grant();
		assertThat(grant.name()).isEqualTo("my-Name");
		assertThat(grant.scopes()).containsExactly("c");
		assertThat(grant.parameters())
			.containsExactlyInAnyOrderEntriesOf(Map.of("Kept_One", "1", "replaced", "3", "urn:x/y", "4"));
		assertThat(grant.cachePolicy().skew()).isEqualTo(Duration.ofSeconds(7));
		assertThat(middlewares(properties).of(config("scopes: d"), "x").get().grant().scopes()).containsExactly("d");
	}

	@Test
	void storeWhenNamedThenItsOptionsAndOwnOnesWin() {
		Map<String, Object> properties = Map.of("oauth-cc.stores.fleet-One.secret", "${test.password}",
				"oauth-cc.stores.fleet-One.redis.endpoints", "redis:6379", "oauth-cc.stores.fleet-One.lease", "4s",
				"oauth-cc.stores.fleet-One.redis.cluster", "", "test.password", "0123456789abcdef");
		AtomicReference<StoreSettings> opened = new AtomicReference<>();
		TokenStores stores = mock(TokenStores.class);
		given(stores.of(any())).willAnswer((call) -> {
			opened.set(call.getArgument(0));
			TokenStore store = mock(TokenStore.class);
			given(store.keys()).willReturn(new TokenKeyGenerator());
			return store;
		});
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		new Middlewares(environment, new TokenKeyGenerator(), mock(AccessTokenSource.class), stores)
			.of(config("url: http://idp/token\nstore: {name: fleetOne, lease: 1s}"), "x");
		StoreSettings settings = Objects.requireNonNull(opened.get());
		assertThat(settings.secret()).isEqualTo("0123456789abcdef");
		assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(1));
		assertThat(settings.redis().endpoints()).containsExactly("redis:6379");
		assertThat(settings.redis().cluster()).isTrue();
		assertThat(settings.toString()).doesNotContain("0123456789abcdef");
	}

	@Test
	void storeWhenNoneOfThatNameThenRefused() {
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> middlewares(Map.of()).of(config("url: http://idp/token\nstore.name: other"), "x"))
			.withMessageContaining("store.name: there is no store of that name");
	}

	@Test
	void headersWhenDefaultIsSpeltOtherwiseThenOwnWins() {
		Map<String, Object> properties = Map.of("oauth-cc.defaults.url", "http://idp/token",
				"oauth-cc.defaults.headers[X-Tenant]", "default");
		assertThat(middlewares(properties).of(config("headers: {'[x-tenant]': own}"), "x").get().grant().headers())
			.containsExactly(Map.entry("x-tenant", "own"));
	}

	@Test
	void scopesWhenFirstElementIsMissingThenRefused() {
		Map<String, Object> properties = Map.of("oauth-cc.middlewares.orders.url", "http://idp/token",
				"oauth-cc.middlewares.orders.scopes[1]", "a");
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> middlewares(properties).of(new Config().setMiddleware("orders"), "x"))
			.withMessageContaining("scopes: cannot be read");
	}

	@Test
	void checkWhenMiddlewaresAreAlikeThenRefused() {
		Map<String, Object> properties = Map.of("oauth-cc.middlewares.[Prod].url", "http://one/token",
				"oauth-cc.middlewares.[prod].url", "http://two/token");
		assertThat(middlewares(properties).check()).singleElement()
			.satisfies((definition) -> assertThat(definition.errors()).singleElement()
				.satisfies((error) -> assertThat(error.problem()).contains("differs from", "in case")));
	}

	@Test
	void middlewareWhenFromEnvironmentVariablesThenFound() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
					Map.of("OAUTHCC_MIDDLEWARES_ORDERS_URL", "http://idp/token", "OAUTHCC_MIDDLEWARES_ORDERS_CLIENTID",
							"x", "OAUTHCC_MIDDLEWARES_ORDERS_CLIENTSECRET", "s")));
		Middleware middleware = middlewares(environment).of(new Config().setMiddleware("orders"), "x").get();
		assertThat(middleware.isApplicationLevel()).isFalse();
	}

	@Test
	void middlewareWhenPlaceholderThenResolved() {
		Middleware middleware = middlewares(
				Map.of("idp", "http://idp/token", "oauth-cc.middlewares.orders.url", "${idp}"))
			.of(new Config().setMiddleware("orders"), "x")
			.get();
		assertThat(middleware.grant().tokenUri()).hasToString("http://idp/token");
	}

	@Test
	void middlewareWhenNamedTwiceThenTheSame() {
		Middlewares middlewares = middlewares(Map.of("oauth-cc.middlewares.orders.url", "http://idp/token"));
		assertThat(middlewares.of(new Config().setMiddleware("orders"), "x"))
			.isSameAs(middlewares.of(new Config().setMiddleware("orders"), "y"));
	}

	@Test
	void toStringWhenSecretsThenShowsNone() {
		Config config = config("url: http://idp/token\nclientId: the-id\nclientSecret: secret-value\n"
				+ "parameters: {a: secret-value}\nheaders: {b: secret-value}");
		Middleware middleware = middlewares(Map.of()).of(config, "x").get();
		assertThat(config + " " + middleware + " " + middleware.grant() + " " + middleware.configured())
			.doesNotContain("secret-value", "the-id");
	}

	private static ClientCredentialsGrant grant(String yaml) {
		return middlewares(Map.of()).of(config(yaml), "a route").get().grant();
	}

	private static Config config(String yaml) {
		YamlPropertiesFactoryBean factory = new YamlPropertiesFactoryBean();
		factory.setResources(new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		Config config = new Config();
		Properties properties = Objects.requireNonNull(factory.getObject());
		properties.forEach((name, value) -> config.with(name.toString(), value.toString()));
		return config;
	}

	private static Middlewares middlewares(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		return middlewares(environment);
	}

	private static Middlewares middlewares(StandardEnvironment environment) {
		return new Middlewares(environment, new TokenKeyGenerator(), mock(AccessTokenSource.class), null);
	}

}
