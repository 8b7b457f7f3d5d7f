package io.oauthcc.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.jwt.DPoPProofContext;
import org.springframework.security.oauth2.jwt.DPoPProofJwtDecoderFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * A service that takes only tokens which are bound to a key, verified by its issuer's
 * keys, with a proof of that key; answers with the token.
 */
final class BoundTokenUpstream implements AutoCloseable {

	private final DPoPProofJwtDecoderFactory proofs = new DPoPProofJwtDecoderFactory();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final JwtDecoder tokens;

	private final HttpServer server;

	private BoundTokenUpstream(String jwkSetUri, HttpServer server) {
		this.tokens = NimbusJwtDecoder.withJwkSetUri(jwkSetUri).build();
		this.server = server;
		server.setExecutor(this.executor);
		server.createContext("/", this::answer);
		server.start();
	}

	static BoundTokenUpstream start(String jwkSetUri) throws IOException {
		return new BoundTokenUpstream(jwkSetUri,
				HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0));
	}

	String url() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			exchange.getRequestBody().readAllBytes();
			String token = verified(exchange);
			byte[] body = ((token != null) ? token : "").getBytes(StandardCharsets.UTF_8);
			if (token == null) {
				exchange.getResponseHeaders().set("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"");
			}
			exchange.sendResponseHeaders((token != null) ? 200 : 401, (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
		}
	}

	private @Nullable String verified(HttpExchange exchange) {
		List<String> proofs = exchange.getRequestHeaders().getOrDefault("DPoP", List.of());
		String authorization = String.join(",", exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
		if (proofs.size() != 1 || !authorization.startsWith("DPoP ")) {
			return null;
		}
		try {
			Jwt token = this.tokens.decode(authorization.substring("DPoP ".length()));
			this.proofs
				.createDecoder(DPoPProofContext.withDPoPProof(proofs.get(0))
					.method(exchange.getRequestMethod())
					.targetUri("http://" + exchange.getRequestHeaders().getFirst("Host")
							+ exchange.getRequestURI().getRawPath())
					.accessToken(token)
					.build())
				.decode(proofs.get(0));
			return token.getTokenValue();
		}
		catch (JwtException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

}
