package io.oauthcc.benchmark.memory;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * A token endpoint over HTTP that issues another JWT for each request, all of the same
 * length. Nobody verifies them.
 */
final class JwtEndpoint implements AutoCloseable {

	private static final String HEADER = encode("{\"alg\":\"RS256\",\"kid\":\"2026-01\",\"typ\":\"JWT\"}");

	/** RS256 with a key of 2048 bits. */
	private static final String SIGNATURE = encode("s".repeat(256));

	private static final String CLAIMS = """
			{"iss":"https://idp.example","sub":"client-%07d","aud":["orders","billing"],"active":true,"grp":"admin",\
			"scope":"orders.read orders.write","tenant":{"name":"blue"},"pad":"%s"}""";

	private final AtomicLong issued = new AtomicLong();

	private final int length;

	private final DisposableServer server;

	JwtEndpoint(int length) {
		this.length = length;
		this.server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> request.receive()
				.then()
				.then(Mono.defer(() -> response.header("Content-Type", "application/json")
					.sendString(Mono.just(body(token(this.issued.incrementAndGet()))))
					.then())))
			.bindNow();
	}

	private static String body(String token) {
		return """
				{"access_token":"%s","token_type":"Bearer","expires_in":86400,"scope":"orders.read orders.write"}"""
			.formatted(token);
	}

	private String token(long number) {
		int claims = this.length - HEADER.length() - SIGNATURE.length() - 2;
		int padding = claims * 3 / 4 - CLAIMS.formatted(number, "").length();
		return HEADER + "." + encode(CLAIMS.formatted(number, "p".repeat(padding))) + "." + SIGNATURE;
	}

	private static String encode(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	String url() {
		return "http://127.0.0.1:" + this.server.port() + "/token";
	}

	@Override
	public void close() {
		this.server.disposeNow();
	}

}
