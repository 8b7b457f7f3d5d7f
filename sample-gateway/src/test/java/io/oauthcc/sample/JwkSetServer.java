package io.oauthcc.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpServer;

/**
 * Where an identity provider fetches the public keys of clients.
 */
final class JwkSetServer implements AutoCloseable {

	private final HttpServer server;

	private JwkSetServer(HttpServer server) {
		this.server = server;
	}

	static JwkSetServer start(JWKSet set) throws IOException {
		byte[] keys = set.toPublicJWKSet().toString().getBytes(StandardCharsets.UTF_8);
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
		server.createContext("/jwks", (exchange) -> {
			try (exchange) {
				exchange.getResponseHeaders().set("Content-Type", "application/jwk-set+json");
				exchange.sendResponseHeaders(200, keys.length);
				exchange.getResponseBody().write(keys);
			}
		});
		server.start();
		return new JwkSetServer(server);
	}

	String url() {
		return "http://localhost:%d/jwks".formatted(this.server.getAddress().getPort());
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
