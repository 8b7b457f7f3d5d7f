package io.oauthcc.gateway.filter;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory.Config;
import io.oauthcc.gateway.secret.AbsentSecretResolver;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.ProxySettings;
import io.oauthcc.gateway.token.RequestLimits;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenEndpointLocation;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;

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
			"clientAuthentication: none       | clientId: missing, though clientAuthentication is none",
			"clientAuthentication: private_key_jwt | clientId: missing, though clientAuthentication is private_key_jwt",
			"clientAuthentication: tls_client_auth | clientId: missing, though clientAuthentication is tls_client_auth",
			"privateKey: {key: secret-value}  | clientAuthentication: client_secret_basic takes no privateKey",
			"privateKey: {kid: x}             | privateKey.kid: unknown option, did you mean",
			"privateKey: {algorithm: EdDSA}   | privateKey.algorithm: 'EdDSA' is no known value",
			"assertionFile: /secret-value     | clientAuthentication: client_secret_basic takes no assertionFile",
			"assertionFile: secret-value      | assertionFile: is no absolute path",
			"clientAssertion: {audience: secret-value} | clientAssertion.audience: means nothing, since no assertion is",
			"clientAuthentication: private_key_jwt; clientId: x | privateKey.key: missing, though clientAuthentication",
			"clientAuthentication: private_key_jwt; clientId: x; assertionFile: /a | assertionFile: holds no signed JWT",
			"clientAuthentication: none; clientId: x; clientSecret: secret-value | none takes no clientSecret",
			"clientAuthentication: tls_client_auth; clientId: x | tls_client_auth needs a certificate to show",
			"clientConfig: {proxy: {host: p, port: 1, username: 'a:b', password: c}} | proxy.username: has a colon",
			"clientAuthentication: client_secret_jwt; clientId: x; clientSecret: secret-value | has 12 characters",
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
			"claims: 'Equal(`a`, `b`)'        | claims: column 1: unknown function 'Equal', did you mean 'Equals'?",
			"forwardHeaders: {A: 'b..c'}      | forwardHeaders.A: column 3: expected a claim's name",
			"forwardHeaders: {A: ''}          | forwardHeaders.A: names no claim",
			"forwardHeaders: {authorization: b} | forwardHeaders.authorization: cannot be taken from a claim",
			"forwardHeaders: {'[Content_Length]': b} | forwardHeaders.Content_Length: cannot be taken from a claim",
			"forwardHeaders: {Proxy-Authorization: b} | forwardHeaders.Proxy-Authorization: cannot be taken from a",
			"forwardHeaders: {'[X Group]': b} | forwardHeaders.X Group: is no header name",
			"forwardHeaders: {X-Group: a, '[X_Group]': b} | to many services",
			"forwardHeaders: {X-Forwarded-For: b} | forwardHeaders.X-Forwarded-For: cannot be taken from a claim",
			"forwardHeaders: {Content-Type: b} | forwardHeaders.Content-Type: cannot be taken from a claim",
			"claims: ' '                      | claims: column 1: expected a function",
			"jwt: {verify: true}              | jwt.verify: has no keys to verify with",
			"jwt: {issuer: 'https://idp'}     | jwt: means nothing, since nothing is verified",
			"jwt: {verify: true, jwkSetUri: 'ftp://secret-value@idp'} | jwt.jwkSetUri: is no absolute http or https URL",
			"jwt: {verify: true, issuer: secret-value} | jwt.issuer: is no absolute http or https URL",
			"jwt: {verify: true, jwkSetUri: 'http://a', clockSkew: 1h} | jwt.clockSkew: 3600s is out of range",
			"jwt: {verify: maybe}             | jwt.verify: 'maybe' is no true or false",
			"usernameClaim: 'a.'              | usernameClaim: column 3: expected a claim's name",
			"issuer: 'https://idp'            | issuer: stands beside 'url'",
			"issuer: secret-value             | issuer: is no absolute http or https URL",
			"issuer: 'https://idp?secret-value' | issuer: has a query",
			"resource: orders                 | resource: 'orders' is no absolute URI",
			"resource: 'urn:a#b'              | resource: 'urn:a#b' is no absolute URI",
			"parameters: {resource: 'urn:a'}  | parameters.resource: belongs to the grant",
			"clientConfig: {tls: {ca: secret-value}} | clientConfig.tls.ca: is no PEM that can be read",
			"clientConfig: {tls: {key: secret-value}} | clientConfig.tls: has one of cert and key alone",
			"clientConfig: {tls: {bundle: gone}} | clientConfig.tls.bundle: there is no SSL bundle of that name",
			"clientConfig: {tls: {bundle: gone, ca: secret-value}} | clientConfig.tls.bundle: stands beside ca",
			"clientConfig: {proxy: {port: 80}} | clientConfig.proxy.host: missing",
			"clientConfig: {proxy: {host: 'http://u:secret-value@p'}} | clientConfig.proxy.host: is no name or address",
			"clientConfig: {proxy: {host: p}} | clientConfig.proxy.port: missing",
			"clientConfig: {proxy: {host: p, port: 0}} | clientConfig.proxy.port: 0 is out of range",
			"clientConfig: {proxy: {host: p, port: all}} | clientConfig.proxy.port: 'all' is no whole number",
			"clientConfig: {proxy: {host: p, port: 1, password: secret-value}} | has one of username and password alone",
			"clientConfig: {proxy: {host: p, port: 1, nonProxyHosts: [10.0.0.0/8]}} | '10.0.0.0/8' is no host",
			"clientConfig: {proxy: {type: socks4}} | clientConfig.proxy.type: 'socks4' is no known value",
			"clientConfig: {pool: {maxConnections: 0}} | clientConfig.pool.maxConnections: 0 is out of range",
			"clientConfig: {pool: {maxIdleTime: 0s}} | clientConfig.pool.maxIdleTime: 0s is out of range",
			"clientConfig: {pool: {maxLifeTime: 25h}} | clientConfig.pool.maxLifeTime: 90000s is out of range",
			"dpop: maybe                      | dpop: 'maybe' is no true or false",
			"dpop: {enabled: true}            | dpop.enabled: unknown option, did you mean 'dpop'?",
			"dpopKey: secret-value            | dpopKey: means nothing, since no token is bound to it",
			"headers: {dpop: secret-value}    | headers.dpop: belongs to the grant",
			"forwardHeaders: {dpop: b}        | forwardHeaders.dpop: cannot be taken from a claim",
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
			"audience: 'urn:k8s:secret:a:b'   | cannot be read without",
			"scopes: ['urn:k8s:secret:a:b']   | cannot be read without",
			"scopes: 'urn:k8s:secret:a:b'     | cannot be read without",
			"parameters: {a: 'urn:k8s:secret:a:b'} | cannot be read without",
			"clientSecret: '${NO_SUCH}'       | clientSecret: nothing resolves the placeholder",
			"audience: 'https://${NO_SUCH}/'  | audience: nothing resolves the placeholder",
			"audience: '${test.password}'     | audience: nothing resolves the placeholder",
			"parameters: {a: '${test.password}'} | parameters.a: nothing resolves the placeholder",
			"scopes: 'a urn:k8s:secret:a:b'   | cannot be read without",
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
			.isThrownBy(() -> middlewares(Map.of("test.password", "secret-value"))
				.of(config(url + option.replace("; ", "\n")), "route 'orders'"))
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
		Middleware middleware = working(middlewares(Map.of()).of(config("url: https://idp/token?tenant=a"), "a route"));
		ClientCredentialsGrant grant = middleware.grant();
		assertThat(middleware.isApplicationLevel()).isTrue();
		assertThat(grant.tokenEndpoint().uri()).hasToString("https://idp/token?tenant=a");
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
		Middleware middleware = working(
				middlewares(Map.of()).of(config("url: http://idp/token\nclientSecret: s\n" + name + ": x"), "a route"));
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
		ClientCredentialsGrant grant = working(middlewares(properties).of(new Config().setMiddleware("my-Name"), "x"))
			.grant();
		assertThat(grant.name()).isEqualTo("my-Name");
		assertThat(grant.scopes()).containsExactly("c");
		assertThat(grant.parameters())
			.containsExactlyInAnyOrderEntriesOf(Map.of("Kept_One", "1", "replaced", "3", "urn:x/y", "4"));
		assertThat(grant.cachePolicy().skew()).isEqualTo(Duration.ofSeconds(7));
		assertThat(working(middlewares(properties).of(config("scopes: d"), "x")).grant().scopes()).containsExactly("d");
	}

	@Test
	void proxyWhenOwnThenUserOfDefaultsIsNotShownToIt() {
		String prefix = "oauth-cc.defaults.client-config.proxy.";
		Middlewares middlewares = middlewares(Map.of("oauth-cc.defaults.url", "https://idp/token", prefix + "host",
				"proxy.example", prefix + "port", "3128", prefix + "username", "user", prefix + "password", "hush",
				prefix + "non-proxy-hosts", "*.internal"));
		assertThat(working(middlewares.of(config("scopes: a"), "x")).grant().transport().proxy())
			.isEqualTo(new ProxySettings(ProxySettings.Type.HTTP, "proxy.example", 3128, "user", "hush",
					List.of("*.internal")));
		assertThat(working(middlewares.of(config("clientConfig: {proxy: {host: other}}"), "x")).grant()
			.transport()
			.proxy())
			.isEqualTo(new ProxySettings(ProxySettings.Type.HTTP, "other", 3128, null, null, List.of("*.internal")));
	}

	@Test
	void tokenEndpointWhenOwnThenStandsForThatOfDefaults() {
		Middlewares byIssuer = middlewares(
				Map.of("oauth-cc.defaults.issuer", "https://idp/a", "oauth-cc.defaults.scopes", "kept"));
		ClientCredentialsGrant configured = working(byIssuer.of(config("url: http://idp/token"), "x")).grant();
		assertThat(configured.tokenEndpoint())
			.isEqualTo(new TokenEndpointLocation.Configured(URI.create("http://idp/token")));
		assertThat(configured.scopes()).containsExactly("kept");
		assertThat(working(byIssuer.of(config("issuer: https://idp/b"), "x")).grant().tokenEndpoint())
			.isEqualTo(new TokenEndpointLocation.Discovered(URI.create("https://idp/b")));
		assertThat(working(byIssuer.of(config("scopes: a"), "x")).grant().tokenEndpoint())
			.isEqualTo(new TokenEndpointLocation.Discovered(URI.create("https://idp/a")));
		ClientCredentialsGrant elsewhere = working(middlewares(
				Map.of("oauth-cc.defaults.issuer", "https://idp/a", "oauth-cc.defaults.clientAssertion.audience",
						"https://idp/a", "oauth-cc.defaults.clientAuthentication", "client_secret_jwt"))
			.of(config("issuer: https://idp/b\nclientId: x\nclientSecret: 0123456789-0123456789-0123456789"), "x"))
			.grant();
		// An assertion for one authorization server is none that another is to be given.
		assertThat(elsewhere.assertionAudience()).isNull();
		Middlewares byUrl = middlewares(Map.of("oauth-cc.defaults.url", "https://idp/token"));
		assertThat(working(byUrl.of(config("issuer: https://idp/b"), "x")).grant().tokenEndpoint())
			.isEqualTo(new TokenEndpointLocation.Discovered(URI.create("https://idp/b")));
	}

	@Test
	void resourceWhenListOrStringThenTheSame() {
		assertThat(grant("url: http://idp\nresource: 'https://a/b,urn:c'").resources()).containsExactly("https://a/b",
				"urn:c");
		assertThat(grant("url: http://idp\nresource: ['https://a/b', 'urn:c']").resources())
			.containsExactly("https://a/b", "urn:c");
	}

	@Test
	void storeWhenNamedThenItsOptionsAndOwnOnesWin() {
		Map<String, Object> properties = Map.of("oauth-cc.stores.fleet-One.secret", "${test.password}",
				"oauth-cc.stores.fleet-One.redis.endpoints", "redis:6379", "oauth-cc.stores.fleet-One.lease", "4s",
				"oauth-cc.stores.fleet-One.redis.cluster", "", "test.password", "0123456789abcdef",
				// Not of the store that the middleware names.
				"oauth-cc.defaults.store.secret", "another-secret-0", "oauth-cc.defaults.store.redis.endpoints",
				"other:6379");
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
		new Middlewares(environment, new TokenKeyGenerator(), mock(AccessTokenSource.class), stores,
				new Secrets(List.of()), null, Duration.ZERO, Clock.systemUTC(), new TokenActivities())
			.of(config("url: http://idp/token\nstore: {name: fleetOne, lease: 1s}"), "x");
		StoreSettings settings = Objects.requireNonNull(opened.get());
		assertThat(settings.secret()).isEqualTo("0123456789abcdef");
		assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(1));
		assertThat(settings.redis().endpoints()).containsExactly("redis:6379");
		assertThat(settings.redis().cluster()).isTrue();
		assertThat(settings.toString()).doesNotContain("0123456789abcdef");
	}

	@ParameterizedTest
	@CsvSource({ "ca, secret-value", "ca, -----BEGIN CERTIFICATE-----\\nsecret-value\\n-----END CERTIFICATE-----",
			"ca, -----BEGIN CERTIFICATE-----\\nc2VjcmV0LXZhbHVl\\n-----END CERTIFICATE-----", "cert, secret-value",
			"cert, -----BEGIN CERTIFICATE-----\\nc2VjcmV0LXZhbHVl\\n-----END CERTIFICATE-----", "key, secret-value",
			"key, -----BEGIN PRIVATE KEY-----\\nsecret-value\\n-----END PRIVATE KEY-----",
			"key, -----BEGIN PRIVATE KEY-----\\nc2VjcmV0LXZhbHVl\\n-----END PRIVATE KEY-----" })
	void storeWhenTextIsNoPemThenRefusedAndNotQuoted(String option, String text) {
		String store = "store: {secret: secret-value-012, redis: {endpoints: 'a:1', tls: {cert: x, key: x, %s: \"%s\"}}}"
			.formatted(option, text)
			.replaceFirst(option + ": x, ", "")
			.replaceFirst("cert: x, key: x, ca", "ca");
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> middlewares(Map.of()).of(config("url: http://idp/token\n" + store), "x"))
			.withMessageContaining("store.redis.tls.%s: is no PEM that can be read".formatted(option))
			.satisfies((ex) -> assertThat(ex.getMessage() + ex.getDefinitions()).doesNotContain("secret-value",
					"c2VjcmV0"));
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
		assertThat(working(middlewares(properties).of(config("headers: {'[x-tenant]': own}"), "x")).grant().headers())
			.containsExactly(Map.entry("x-tenant", "own"));
	}

	@Test
	void forwardHeadersWhenDefaultIsTheSameToSpringBootThenRefused() {
		Map<String, Object> properties = Map.of("oauth-cc.defaults.url", "http://idp/token",
				"oauth-cc.defaults.forwardHeaders.X-Group", "grp");
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> middlewares(properties).of(config("forwardHeaders: {XGroup: name}"), "x"))
			.withMessageContaining("is the same as");
	}

	@Test
	void verificationWhenSwitchedOffThenDefaultsDoNotMatter() {
		Map<String, Object> properties = Map.of("oauth-cc.defaults.url", "http://idp/token",
				"oauth-cc.defaults.jwt.verify", "true", "oauth-cc.defaults.jwt.issuer", "https://idp");
		assertThat(working(middlewares(properties).of(config("jwt: {verify: false}"), "x")).grant().jwtVerification())
			.isNull();
		assertThat(working(middlewares(properties).of(config("audience: a"), "x")).grant().jwtVerification())
			.isNotNull();
	}

	@Test
	void forwardHeadersWhenDefaultIsSpeltOtherwiseThenOwnWins() {
		Map<String, Object> properties = Map.of("oauth-cc.defaults.url", "http://idp/token",
				"oauth-cc.defaults.forwardHeaders[X-Tenant]", "default", "oauth-cc.defaults.forwardHeaders[X-More]",
				"more");
		assertThat(working(middlewares(properties).of(config("forwardHeaders: {'[x-tenant]': own}"), "x"))
			.forwardedHeaders()
			.headers()).extracting(Object::toString)
			.containsExactlyInAnyOrder("Header[name=x-tenant, claim=own]", "Header[name=X-More, claim=more]");
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
		Middleware middleware = working(middlewares(environment).of(new Config().setMiddleware("orders"), "x"));
		assertThat(middleware.isApplicationLevel()).isFalse();
	}

	@Test
	void middlewareWhenPlaceholderThenResolved() {
		Middleware middleware = working(
				middlewares(Map.of("idp", "http://idp/token", "oauth-cc.middlewares.orders.url", "${idp}"))
					.of(new Config().setMiddleware("orders"), "x"));
		assertThat(middleware.grant().tokenEndpoint().uri()).hasToString("http://idp/token");
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
		Middleware middleware = working(middlewares(Map.of()).of(config, "x"));
		assertThat(config + " " + middleware + " " + middleware.grant() + " " + middleware.configured())
			.doesNotContain("secret-value", "the-id");
	}

	private static Middleware working(Supplier<MiddlewareState> middleware) {
		return (Middleware) middleware.get();
	}

	private static ClientCredentialsGrant grant(String yaml) {
		return working(middlewares(Map.of()).of(config(yaml), "a route")).grant();
	}

	private static Config config(String yaml) {
		YamlPropertiesFactoryBean factory = new YamlPropertiesFactoryBean();
		factory.setResources(new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		Config config = new Config();
		Properties properties = Objects.requireNonNull(factory.getObject());
		properties.forEach((name, value) -> config.with(name.toString(), value.toString()));
		return config;
	}

	@Test
	void authorizedClientManagerWhenTokensAreBoundThenRefuses() {
		OAuth2AuthorizeRequest request = OAuth2AuthorizeRequest.withClientRegistrationId("m")
			.principal("anybody")
			.build();
		StepVerifier
			.create(middlewares(
					Map.of("oauth-cc.middlewares.m.url", "http://idp/token", "oauth-cc.middlewares.m.dpop", "true"))
				.authorizedClientManager("m")
				.authorize(request))
			.expectErrorSatisfies((error) -> assertThat(error).isInstanceOf(ClientAuthorizationException.class)
				.hasMessageContaining("bound to a key"))
			.verify(Duration.ofSeconds(5));
	}

	private static Middlewares middlewares(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		return middlewares(environment);
	}

	private static Middlewares middlewares(StandardEnvironment environment) {
		return new Middlewares(environment, new TokenKeyGenerator(), mock(AccessTokenSource.class), null,
				new Secrets(List.of(new AbsentSecretResolver("urn:k8s:secret:", "io.fabric8:kubernetes-client"))), null,
				Duration.ZERO, Clock.systemUTC(), new TokenActivities());
	}

}
