package io.oauthcc.gateway.neighbour;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Java of the documentation. Members of a class are put into one that imports what they
 * may need.
 */
final class DocumentedClass {

	private static final Pattern TYPE = Pattern
		.compile("(?s)package ([\\w.]+);.*?\\n(?:public |final )*(?:class|record|interface) (\\w+)");

	private static final List<String> IMPORTS = List.of("io.oauthcc.gateway.claims.*", "io.oauthcc.gateway.filter.*",
			"io.oauthcc.gateway.observation.*", "io.oauthcc.gateway.secret.*", "io.oauthcc.gateway.token.*",
			"java.time.Duration", "java.util.Map", "org.apache.commons.logging.*",
			"org.springframework.cloud.gateway.filter.*", "org.springframework.cloud.gateway.route.*",
			"org.springframework.cloud.gateway.route.builder.*", "org.springframework.context.annotation.*",
			"org.springframework.core.*", "org.springframework.core.annotation.Order",
			"org.springframework.security.config.web.server.ServerHttpSecurity",
			"org.springframework.security.oauth2.client.*",
			"org.springframework.security.oauth2.client.web.reactive.function.client.*",
			"org.springframework.security.web.server.*", "org.springframework.security.web.server.util.matcher.*",
			"org.springframework.web.reactive.function.client.*", "reactor.core.publisher.*");

	private static final String MEMBERS = """
			package documented;
			%s
			@Configuration(proxyBeanMethods = false)
			public class Documented {
			%s
			}
			""";

	private DocumentedClass() {
	}

	/**
	 * Compile it, without warnings.
	 * @param text a class, or members of one
	 * @param directory where the class goes
	 * @return the class
	 */
	static Class<?> load(String text, Path directory) throws IOException, ClassNotFoundException {
		String source = text.startsWith("package ") ? text : MEMBERS
			.formatted(IMPORTS.stream().map("import %s;\n"::formatted).collect(Collectors.joining()), text);
		Matcher type = TYPE.matcher(source);
		assertThat(type.find()).as(source).isTrue();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		compiler
			.getTask(null, null, diagnostics, List.of("-d", Files.createDirectories(directory).toString(), "-proc:none",
					"-Xlint:all,-classfile", "-parameters"), null, List.of(new Source(type.group(2), source)))
			.call();
		assertThat(diagnostics.getDiagnostics().stream().map(Diagnostic::toString)).isEmpty();
		// Classes that it needs may be loaded at any time, so nobody closes it.
		ClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() },
				DocumentedClass.class.getClassLoader());
		return loader.loadClass(type.group(1) + "." + type.group(2));
	}

	private static final class Source extends SimpleJavaFileObject {

		private final String text;

		Source(String name, String text) {
			super(URI.create("string:///" + name + Kind.SOURCE.extension), Kind.SOURCE);
			this.text = text;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

	}

}
