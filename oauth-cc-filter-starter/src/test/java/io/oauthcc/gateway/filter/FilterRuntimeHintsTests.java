package io.oauthcc.gateway.filter;

import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.BeanUtils;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is processed ahead of time finds the hints, and they name whatever
 * is bound.
 */
class FilterRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void registerAsFound() {
		List<RuntimeHintsRegistrar> registrars = SpringFactoriesLoader
			.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class);
		ClassLoader classLoader = getClass().getClassLoader();
		registrars.stream()
			.filter(FilterRuntimeHints.class::isInstance)
			.forEach((registrar) -> registrar.registerHints(this.hints, classLoader));
	}

	@ParameterizedTest
	@ValueSource(classes = { OAuthClientCredentialsOptions.class, OAuthClientCredentialsOptions.Attempts.class,
			OAuthClientCredentialsOptions.Cache.class, OAuthClientCredentialsOptions.ClientAssertion.class,
			OAuthClientCredentialsOptions.ClientConfig.class, OAuthClientCredentialsOptions.UpstreamUnauthorized.class,
			ClientTlsOptions.class, JwtOptions.class, PoolOptions.class, PrivateKeyOptions.class, ProxyOptions.class,
			StoreOptions.class, StoreOptions.Redis.class, StoreOptions.Sentinel.class, TlsOptions.class })
	void registerHintsWhenTypeIsBoundThenItsConstructorAndAccessorsMayBeCalled(Class<?> type) throws Exception {
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructor()))
			.accepts(this.hints);
		List<PropertyDescriptor> properties = Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> property.getWriteMethod() != null)
			.toList();
		assertThat(properties).isNotEmpty().allSatisfy((property) -> {
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(property.getReadMethod()))
				.accepts(this.hints);
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(property.getWriteMethod()))
				.accepts(this.hints);
		});
	}

	@Test
	void registerHintsWhenGatewayMakesConfigThenItsConstructorMayBeCalled() throws Exception {
		assertThat(RuntimeHintsPredicates.reflection()
			.onConstructorInvocation(OAuthClientCredentialsGatewayFilterFactory.Config.class.getDeclaredConstructor()))
			.accepts(this.hints);
	}

}
