package io.oauthcc.sample;

import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoPorts;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.support.TypeBasedParameterResolver;

/**
 * Hands tests the demo, on free ports; the first one starts it, for all.
 */
class DemoExtension extends TypeBasedParameterResolver<Demo> {

	@Override
	public Demo resolveParameter(ParameterContext parameter, ExtensionContext context) {
		// The store closes it after the last test.
		return context.getRoot()
			.getStore(Namespace.GLOBAL)
			.computeIfAbsent(Demo.class, (key) -> Demo.start(DemoPorts.random(),
					"spring.config.additional-location=classpath:/authorization-server/idp.yml"), Demo.class);
	}

}
