package io.oauthcc.gateway.filter;

import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.oauthcc.gateway.fixture.ClientKeys;
import io.oauthcc.gateway.secret.SecretReference;
import io.oauthcc.gateway.secret.SecretResolver;
import io.oauthcc.gateway.secret.SecretSnapshot;
import io.oauthcc.gateway.secret.SecretValue;
import io.oauthcc.gateway.secret.Secrets;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenSource;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.IssuedAssertion;
import io.oauthcc.gateway.token.StoreSettings;
import io.oauthcc.gateway.token.TokenActivities;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import io.oauthcc.gateway.token.TokenStore;
import io.oauthcc.gateway.token.TokenStores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Middlewares and the secrets that their options refer to, which a test changes.
 */
class MiddlewareSecretsTests {

	private static final KeyPair RSA = ClientKeys.rsa(2048);

	private final Sinks.Many<SecretSnapshot> secret = Sinks.many().replay().latest();

	private final Map<String, Object> properties = new HashMap<>(
			Map.of("oauth-cc.middlewares.m.url", "http://idp/token", "oauth-cc.middlewares.m.clientId", "test:id",
					"oauth-cc.middlewares.m.clientSecret", "test:secret"));

	private final AccessTokenSource tokens = mock(AccessTokenSource.class);

	private final TokenStores stores = mock(TokenStores.class);

	private final AtomicReference<@Nullable StoreSettings> opened = new AtomicReference<>();

	private Runnable onParse = () -> {
	};

	@Test
	void credentialsWhenTheyBecomeEmptyThenMissingAndNotApplicationLevel() {
		change("id", "one");
		Supplier<MiddlewareState> middleware = named(middlewares());
		change("", "");
		assertThat(middleware.get()).isInstanceOf(MissingSecrets.class);
		assertThat(middleware.get().isApplicationLevel()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hush, no key" })
	void privateKeyWhenItBecomesUnusableThenStillGatewayLevel(String text) {
		signWithPrivateKey();
		change("id", ClientKeys.pkcs8(RSA.getPrivate()));
		Supplier<MiddlewareState> middleware = named(middlewares());
		assertThat(middleware.get()).isInstanceOf(Middleware.class);
		change("id", text);
		assertThat(middleware.get()).isInstanceOf(text.isEmpty() ? MissingSecrets.class : Middleware.class);
		assertThat(middleware.get().isApplicationLevel()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "privateKey.key", "assertionFile" })
	void proofWhenNotThereYetThenMissingAndNotApplicationLevel(String option) {
		signWithPrivateKey();
		this.properties.remove("oauth-cc.middlewares.m.privateKey.key");
		this.properties.put("oauth-cc.middlewares.m." + option, "test:secret");
		Supplier<MiddlewareState> middleware = named(middlewares());
		assertThat(middleware.get()).isInstanceOf(MissingSecrets.class);
		assertThat(middleware.get().isApplicationLevel()).isFalse();
		change("", "");
		assertThat(middleware.get()).isInstanceOf(MissingSecrets.class);
		assertThat(middleware.get().isApplicationLevel()).isFalse();
	}

	@Test
	void certificateToShowWhenNotThereYetThenMissingAndComesLater() {
		KeyPair key = ClientKeys.ec("secp256r1");
		this.properties.put("oauth-cc.middlewares.m.url", "https://idp/token");
		this.properties.put("oauth-cc.middlewares.m.clientId", "id");
		this.properties.remove("oauth-cc.middlewares.m.clientSecret");
		this.properties.put("oauth-cc.middlewares.m.clientAuthentication", "tls_client_auth");
		this.properties.put("oauth-cc.middlewares.m.clientConfig.tls.cert", ClientKeys.certificate(key));
		this.properties.put("oauth-cc.middlewares.m.clientConfig.tls.key", "test:secret");
		Supplier<MiddlewareState> middleware = named(middlewares());
		assertThat(middleware.get()).isInstanceOf(MissingSecrets.class);
		assertThat(middleware.get().isApplicationLevel()).isFalse();
		change("", ClientKeys.pkcs8(key.getPrivate()));
		assertThat(middleware.get()).isInstanceOf(Middleware.class);
	}

	@Test
	void secretOfDefaultsWhenItIsGoneThenNoMatterToWhoeverHasItsOwn() {
		this.properties.put("oauth-cc.defaults.clientSecret", "test:gone");
		this.properties.put("oauth-cc.middlewares.m.clientId", "id");
		this.properties.put("oauth-cc.middlewares.m.clientSecret", "own");
		assertThat(named(middlewares()).get()).isInstanceOf(Middleware.class);
	}

	@Test
	void privateKeyWhenAnotherThenFormerTokenStillServes() {
		signWithPrivateKey();
		change("id", ClientKeys.pkcs8(RSA.getPrivate()));
		Supplier<MiddlewareState> middleware = named(middlewares());
		TokenKey key = requestOf(middleware).key();
		AccessToken token = keepTokenOf(middleware);
		change("id", ClientKeys.pkcs8(ClientKeys.ec("secp256r1").getPrivate()));
		assertThat(requestOf(middleware).key()).isNotEqualTo(key);
		assertThat(find(middleware)).isSameAs(token);
	}

	@Test
	void assertionWhenReplacedThenSentAndTheKeyOfTheTokenStays() {
		signWithPrivateKey();
		this.properties.remove("oauth-cc.middlewares.m.privateKey.key");
		this.properties.put("oauth-cc.middlewares.m.assertionFile", "test:secret");
		change("id", assertion(1));
		Supplier<MiddlewareState> middleware = named(middlewares());
		TokenKey key = requestOf(middleware).key();
		change("id", assertion(2));
		assertThat(requestOf(middleware).key()).isEqualTo(key);
		assertThat(requestOf(middleware).credentials().assertions()).isInstanceOfSatisfying(IssuedAssertion.class,
				(issued) -> assertThat(issued.text()).isEqualTo(assertion(2)));
	}

	private void signWithPrivateKey() {
		this.properties.remove("oauth-cc.middlewares.m.clientSecret");
		this.properties.put("oauth-cc.middlewares.m.clientAuthentication", "private_key_jwt");
		this.properties.put("oauth-cc.middlewares.m.privateKey.key", "test:secret");
	}

	private static String assertion(int number) {
		return Base64URL.encode("{\"alg\":\"RS256\"}") + "."
				+ Base64URL.encode("{\"iss\":\"cluster\",\"sub\":\"workload\",\"iat\":%d}".formatted(number)) + ".c2ln";
	}

	@Test
	void caWhenEmptyThenMissingAndNotWithoutTls() {
		this.properties.put("oauth-cc.middlewares.m.store.secret", "0123456789abcdef");
		this.properties.put("oauth-cc.middlewares.m.store.redis.endpoints", "redis:6379");
		this.properties.put("oauth-cc.middlewares.m.store.redis.tls.ca", "test:ca");
		change("id", "one");
		assertThat(named(middlewares()).get()).isInstanceOf(MissingSecrets.class);
		assertThat(this.opened).hasNullValue();
	}

	@Test
	void secretWhenItChangesWhileAMiddlewareIsMadeThenTheNewOne() {
		change("id", "one");
		this.onParse = () -> {
			this.onParse = () -> {
			};
			change("id", "two");
		};
		assertThat(secretOf(named(middlewares()))).isEqualTo("two");
	}

	@Test
	void inlineWhenRoutesAreMadeAnewThenFormerTokenStillServes() {
		change("id", "one");
		Middlewares middlewares = middlewares();
		OAuthClientCredentialsGatewayFilterFactory.Config config = inline();
		Supplier<MiddlewareState> before = middlewares.of(config, "route 'r'");
		AccessToken token = keepTokenOf(before);
		change("id", "two");
		Supplier<MiddlewareState> after = middlewares.of(config, "route 'r'");
		assertThat(find(after)).isSameAs(token);
		assertThat(find(before)).isSameAs(token);
	}

	@Test
	void inlineWhenTwoAreAlikeThenBothFollow() {
		change("id", "one");
		Middlewares middlewares = middlewares();
		Supplier<MiddlewareState> first = middlewares.of(inline(), "a route");
		Supplier<MiddlewareState> second = middlewares.of(inline(), "a route");
		change("id", "two");
		assertThat(secretOf(first)).isEqualTo("two");
		assertThat(secretOf(second)).isEqualTo("two");
	}

	@Test
	void inlineWhenItComesLaterThenNoSecretOfDefaultsOrStoresGoesElsewhere() {
		change("id", "hush");
		this.properties.put("oauth-cc.defaults.clientId", "test:id");
		this.properties.put("oauth-cc.stores.fleet.secret", "0123456789abcdef");
		this.properties.put("oauth-cc.stores.fleet.redis.endpoints", "redis:6379");
		this.properties.put("oauth-cc.stores.fleet.redis.password", "test:secret");
		Middlewares middlewares = middlewares();
		middlewares.started(false);
		OAuthClientCredentialsGatewayFilterFactory.Config config = new OAuthClientCredentialsGatewayFilterFactory.Config()
			.setUrl("http://elsewhere/token")
			.with("store.name", "fleet")
			.with("store.redis.endpoints", "elsewhere:6379");
		assertThatExceptionOfType(InvalidDefinitionException.class)
			.isThrownBy(() -> middlewares.of(config, "route 'later'"))
			.withMessageContaining("clientId: refers to a secret")
			.withMessageContaining("store.redis.password: refers to a secret");
		assertThat(this.opened).hasNullValue();
	}

	@Test
	void secretWhenGoneForAMomentThenFormerTokenStillServes() {
		change("id", "one");
		Supplier<MiddlewareState> middleware = named(middlewares());
		AccessToken token = keepTokenOf(middleware);
		this.secret.tryEmitNext(SecretSnapshot.missing("there is no secret", "Create it."));
		assertThat(middleware.get()).isInstanceOf(MissingSecrets.class);
		change("id", "two");
		assertThat(find(middleware)).isSameAs(token);
	}

	@Test
	void valueWhenItIsWrongThenNotShownAndHealthSaysWhatItIs() {
		this.properties.put("oauth-cc.middlewares.m.url", "test:url");
		this.properties.put("oauth-cc.middlewares.m.scopes", "test:secret");
		this.secret.tryEmitNext(SecretSnapshot.missing("there is no secret", "Create it."));
		Middlewares middlewares = middlewares();
		Supplier<MiddlewareState> middleware = named(middlewares);
		this.secret.tryEmitNext(new SecretSnapshot(
				Map.of("id", present("id"), "secret", present("hush\"scope"), "url", present("hush-url")),
				new SecretValue.Missing("", "")));
		assertThat(middleware.get()).isInstanceOf(MissingSecrets.class);
		assertThat(String
			.valueOf(new MiddlewareInspector(middlewares, this.tokens, new TokenActivities(), Clock.systemUTC())
				.describe("m")))
			.contains("url, reason=cannot be used", "scopes, reason=cannot be used")
			.doesNotContain("hush", "there is no secret");
	}

	@Test
	void storeWhenItCannotBeOpenedThenSecretsAreStillFollowed() {
		this.properties.put("oauth-cc.middlewares.m.store.secret", "0123456789abcdef");
		this.properties.put("oauth-cc.middlewares.m.store.redis.endpoints", "redis:6379");
		change("id", "one");
		Supplier<MiddlewareState> middleware = named(middlewares());
		given(this.stores.of(any())).willThrow(new IllegalArgumentException("hush"));
		change("id", "two");
		assertThat(secretOf(middleware)).isEqualTo("one");
		openStores();
		change("id", "three");
		assertThat(secretOf(middleware)).isEqualTo("three");
	}

	@Test
	void dpopKeyWhenItChangesThenTokensAreBoundToTheNewOne() {
		this.properties.put("oauth-cc.middlewares.m.dpop", "true");
		this.properties.put("oauth-cc.middlewares.m.dpopKey", "test:secret");
		change("id", jwk());
		Supplier<MiddlewareState> middleware = named(middlewares());
		DpopKey before = keyOf(middleware);
		AccessToken former = keepTokenOf(middleware);
		change("id", jwk());
		assertThat(keyOf(middleware)).isNotEqualTo(before);
		assertThat(find(middleware)).isNotSameAs(former);
	}

	private static String jwk() {
		try {
			return new ECKeyGenerator(Curve.P_256).generate().toJSONString();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static DpopKey keyOf(Supplier<MiddlewareState> middleware) {
		return Objects.requireNonNull(((Middleware) middleware.get()).grant().dpopKey());
	}

	@Test
	void secretWhenNoMiddlewareRefersToItThenNoLongerWatched() {
		change("id", "one");
		Middlewares middlewares = middlewares();
		named(middlewares);
		assertThat(this.secret.currentSubscriberCount()).isEqualTo(1);
		this.properties.clear();
		middlewares.onApplicationEvent(new EnvironmentChangeEvent(Set.of("oauth-cc.middlewares.m.url")));
		assertThat(this.secret.currentSubscriberCount()).isZero();
	}

	private Middlewares middlewares() {
		openStores();
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", this.properties));
		return new Middlewares(environment, new TokenKeyGenerator(), this.tokens, this.stores,
				new Secrets(List.of(new Resolver())), null, Duration.ofSeconds(60), Clock.systemUTC(),
				new TokenActivities());
	}

	private void openStores() {
		TokenStore store = mock(TokenStore.class);
		given(store.keys()).willReturn(new TokenKeyGenerator());
		willAnswer((call) -> {
			this.opened.set(call.getArgument(0));
			return store;
		}).given(this.stores).of(any());
	}

	private void change(String id, String value) {
		this.secret
			.tryEmitNext(new SecretSnapshot(Map.of("id", present(id), "secret", present(value), "ca", present("")),
					new SecretValue.Missing("there is no such key", "Add it.")));
	}

	private static SecretValue present(String text) {
		return new SecretValue.Present(text);
	}

	private static Supplier<MiddlewareState> named(Middlewares middlewares) {
		return middlewares.of(new OAuthClientCredentialsGatewayFilterFactory.Config().setMiddleware("m"), "route 'r'");
	}

	private static OAuthClientCredentialsGatewayFilterFactory.Config inline() {
		return new OAuthClientCredentialsGatewayFilterFactory.Config().setUrl("http://idp/token")
			.setClientId("test:id")
			.setClientSecret("test:secret");
	}

	private AccessToken keepTokenOf(Supplier<MiddlewareState> middleware) {
		AccessToken token = mock(AccessToken.class);
		given(this.tokens.find(requestOf(middleware))).willReturn(token);
		return token;
	}

	private static @Nullable AccessToken find(Supplier<MiddlewareState> middleware) {
		return ((Middleware) middleware.get()).tokens().find(requestOf(middleware));
	}

	private static AccessTokenRequest requestOf(Supplier<MiddlewareState> middleware) {
		return Objects.requireNonNull(((Middleware) middleware.get()).requestFor(new HttpHeaders()));
	}

	private static String secretOf(Supplier<MiddlewareState> middleware) {
		return Objects.requireNonNull(((Middleware) middleware.get()).configured()).clientSecret();
	}

	private final class Resolver implements SecretResolver {

		@Override
		public String prefix() {
			return "test:";
		}

		@Override
		public SecretReference parse(String text) {
			if (text.equals("test:secret")) {
				MiddlewareSecretsTests.this.onParse.run();
			}
			return new SecretReference(text, "s", text.substring("test:".length()));
		}

		@Override
		public Flux<SecretSnapshot> snapshots(String secret) {
			return MiddlewareSecretsTests.this.secret.asFlux();
		}

	}

}
