package io.oauthcc.sample.demo;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.oauthcc.sample.SampleGatewayApplication;

/**
 * The class path that the gateway has when it runs by itself.
 */
final class GatewayClassPath {

	private static final String FILE = "/gateway.classpath";

	private GatewayClassPath() {
	}

	static URL[] urls() {
		List<URL> urls = new ArrayList<>();
		urls.add(SampleGatewayApplication.class.getProtectionDomain().getCodeSource().getLocation());
		Pattern.compile(File.pathSeparator, Pattern.LITERAL)
			.splitAsStream(dependencies())
			.map(GatewayClassPath::url)
			.forEach(urls::add);
		return urls.toArray(URL[]::new);
	}

	private static String dependencies() {
		try (InputStream file = GatewayClassPath.class.getResourceAsStream(FILE)) {
			if (file == null) {
				throw new IllegalStateException("There is no %s: let Maven build the test classes".formatted(FILE));
			}
			return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static URL url(String path) {
		try {
			return new File(path).toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
