package io.oauthcc.gateway.neighbour;

import java.nio.file.Path;
import java.util.stream.Stream;

import io.oauthcc.gateway.fixture.MarkdownPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each block of Java in the documentation is compiled, without warnings, and starts in a
 * gateway.
 */
class DocumentationJavaTests {

	private final ReactiveWebApplicationContextRunner gateway = new ReactiveWebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("oauth-cc.middlewares.billing.url=http://127.0.0.1:9/token",
				"oauth-cc.middlewares.billing.clientId=billing", "oauth-cc.middlewares.billing.clientSecret=secret");

	static Stream<MarkdownPage.Block> blocks() {
		return MarkdownPage.all()
			.stream()
			.flatMap((page) -> page.blocks().stream())
			.filter((block) -> block.tag().equals("java"));
	}

	@ParameterizedTest
	@MethodSource("blocks")
	void blockWhenCompiledThenStartsInGateway(MarkdownPage.Block block, @TempDir Path directory) throws Exception {
		this.gateway.withUserConfiguration(DocumentedClass.load(block.text(), directory))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void compileWhenMethodDoesNotExistThenFails(@TempDir Path directory) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> DocumentedClass.load("String name(SecretResolver resolver) { return resolver.name(); }",
					directory))
			.withMessageContaining("name()");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
