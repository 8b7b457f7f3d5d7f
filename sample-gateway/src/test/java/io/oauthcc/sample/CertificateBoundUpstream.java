package io.oauthcc.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestTemplate;

/**
 * A service that requires a certificate, and takes only tokens that are bound to the one
 * it is shown (RFC 8705, section 3).
 */
final class CertificateBoundUpstream implements AutoCloseable {

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final NimbusJwtDecoder tokens;

	private final HttpsServer server;

	private CertificateBoundUpstream(SSLContext tls, String jwkSetUri, HttpsServer server) {
		HttpClient client = HttpClient.newBuilder().sslContext(tls).build();
		this.tokens = NimbusJwtDecoder.withJwkSetUri(jwkSetUri)
			.restOperations(new RestTemplate(new JdkClientHttpRequestFactory(client)))
			.build();
		// The default one looks for the certificate in a servlet request.
		this.tokens.setJwtValidator(new JwtTimestampValidator());
		this.server = server;
		server.setExecutor(this.executor);
		server.createContext("/", this::answer);
		server.start();
	}

	/**
	 * Start a service.
	 * @param tls its certificate, and whom it trusts
	 * @param jwkSetUri where the keys of the issuer of tokens are
	 */
	static CertificateBoundUpstream start(SSLContext tls, String jwkSetUri) throws IOException {
		HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 0);
		server.setHttpsConfigurator(new HttpsConfigurator(tls) {

			@Override
			public void configure(HttpsParameters parameters) {
				SSLParameters required = getSSLContext().getDefaultSSLParameters();
				required.setNeedClientAuth(true);
				parameters.setSSLParameters(required);
			}

		});
		return new CertificateBoundUpstream(tls, jwkSetUri, server);
	}

	String url() {
		return "https://localhost:" + this.server.getAddress().getPort();
	}

	private void answer(HttpExchange exchange) throws IOException {
		try (exchange) {
			exchange.getRequestBody().readAllBytes();
			boolean bound = isBoundToCertificateShown((HttpsExchange) exchange);
			if (!bound) {
				exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
			}
			exchange.sendResponseHeaders(bound ? 200 : 401, -1);
		}
	}

	private boolean isBoundToCertificateShown(HttpsExchange exchange) throws IOException {
		String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
		if (!authorization.startsWith("Bearer ")) {
			return false;
		}
		try {
			Jwt token = this.tokens.decode(authorization.substring("Bearer ".length()));
			Map<String, Object> confirmation = token.getClaimAsMap("cnf");
			return confirmation != null
					&& CertificateFiles.thumbprint(exchange.getSSLSession().getPeerCertificates()[0])
						.equals(confirmation.get("x5t#S256"));
		}
		catch (JwtException | GeneralSecurityException ex) {
			return false;
		}
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

}
