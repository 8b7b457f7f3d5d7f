package io.oauthcc.gateway.filter;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * Tells a native image what is bound by reflection: the options, and the filter's
 * {@code args}. Both are no configuration properties that Spring Boot would find by
 * itself.
 */
final class FilterRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		BindableRuntimeHintsRegistrar.forTypes(OAuthClientCredentialsOptions.class).registerHints(hints, classLoader);
		hints.reflection()
			.registerType(OAuthClientCredentialsGatewayFilterFactory.Config.class,
					MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
	}

}
