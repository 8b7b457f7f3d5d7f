package io.oauthcc.sample.demo;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * An identity provider: Spring's authorization server, as {@code demo-idp.yml} configures
 * it.
 */
public final class DemoIdp implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private DemoIdp(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an identity provider.
	 * @param port where it listens, or 0 for a free port
	 * @param properties further properties
	 */
	public static DemoIdp start(int port, String... properties) {
		return new DemoIdp(new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			// The name application would be that of the gateway's file.
			.properties("spring.config.name=demo-idp", "server.port=" + port)
			.properties(properties)
			.run());
	}

	/** Its base URL. */
	public String url() {
		Environment environment = this.context.getEnvironment();
		String scheme = environment.containsProperty("server.ssl.certificate") ? "https" : "http";
		return scheme + "://localhost:" + environment.getRequiredProperty("local.server.port");
	}

	/** One of its beans. */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
