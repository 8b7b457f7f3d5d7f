package io.oauthcc.sample.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import org.jspecify.annotations.Nullable;

/**
 * The page to try the demo with in a browser. It needs nothing from elsewhere, and its
 * policy holds it to that.
 */
final class DemoPage implements HttpHandler {

	static final String PATH = "/demo";

	private static final Map<String, PageFile> FILES = Map.of(PATH, new PageFile("page.html", "text/html"),
			PATH + "/page.css", new PageFile("page.css", "text/css"), PATH + "/page.js",
			new PageFile("page.js", "text/javascript"));

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
			+ "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	@Override
	public void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			PageFile file = fileFor(exchange);
			if (file == null) {
				exchange.sendResponseHeaders(404, -1);
				return;
			}
			byte[] content = file.read();
			exchange.getResponseHeaders().set("Content-Type", file.type() + ";charset=UTF-8");
			exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
			exchange.getResponseHeaders().set("Cache-Control", "no-cache");
			exchange.sendResponseHeaders(200, content.length);
			exchange.getResponseBody().write(content);
		}
	}

	private static @Nullable PageFile fileFor(HttpExchange exchange) {
		return exchange.getRequestMethod().equals("GET") ? FILES.get(exchange.getRequestURI().getPath()) : null;
	}

	private record PageFile(String name, String type) {

		byte[] read() throws IOException {
			try (InputStream content = DemoPage.class.getResourceAsStream("/demo-page/" + this.name)) {
				if (content == null) {
					throw new FileNotFoundException(this.name);
				}
				return content.readAllBytes();
			}
		}

	}

}
