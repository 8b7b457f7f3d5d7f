package io.oauthcc.sample.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service that answers with what it received.
 */
public final class DemoUpstream implements AutoCloseable {

	private final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private final AtomicInteger requests = new AtomicInteger();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final HttpServer server;

	private DemoUpstream(HttpServer server) {
		this.server = server;
		server.setExecutor(this.executor);
		server.createContext("/", this::answer);
		server.start();
	}

	/**
	 * Start an upstream.
	 * @param port where it listens, or 0 for a free port
	 */
	public static DemoUpstream start(int port) throws IOException {
		return new DemoUpstream(HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), port), 0));
	}

	/** Its base URL. */
	public String url() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	/** How many requests it has received. */
	public int requests() {
		return this.requests.get();
	}

	/** Answers requests below a path with something else, and does not count them. */
	void serve(String path, HttpHandler handler) {
		this.server.createContext(path, handler);
	}

	private void answer(HttpExchange exchange) throws IOException {
		this.requests.incrementAndGet();
		try (exchange) {
			exchange.getRequestBody().readAllBytes();
			byte[] body = this.json.writeValueAsBytes(received(exchange));
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	private Map<String, Object> received(HttpExchange exchange) {
		Map<String, List<String>> headers = new TreeMap<>(exchange.getRequestHeaders());
		Map<String, Object> received = new LinkedHashMap<>();
		received.put("method", exchange.getRequestMethod());
		received.put("path", exchange.getRequestURI().toString());
		received.put("headers", headers);
		BearerClaims.of(headers.getOrDefault("Authorization", List.of()))
			.ifPresent((claims) -> received.put("claims", claims));
		return received;
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

}
