package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import io.oauthcc.gateway.claims.TestJwts;
import io.oauthcc.gateway.fixture.OwnResources;
import io.oauthcc.gateway.fixture.RawCaller;
import io.oauthcc.gateway.fixture.RawMessage;
import io.oauthcc.gateway.fixture.RawUpstream;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A gateway that forwards headers, between a caller and a service that both speak in
 * bytes. Each client's token says {@code grp} and {@code tenant.name} after the client.
 */
final class SmugglingBed implements AutoCloseable {

	private static final String CONFIGURATION = """
			server.http2.enabled: <http2>
			oauth-cc.defaults:
			  url: <idp>
			  cache.minTokenAge: 1s
			spring.cloud.gateway.server.webflux.routes:
			  - id: headers
			    uri: <upstream>
			    predicates: [Path=/headers/**]
			    filters:
			      - name: OAuthClientCredentials
			        args: {forwardHeaders: {X-Group: grp, X-Tenant: tenant.name, X-Absent: nothing}}
			  - id: replayed
			    uri: <upstream>
			    predicates: [Path=/replayed/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          forwardHeaders: {X-Group: grp, X-Tenant: tenant.name, X-Absent: nothing}
			          replayBodyLimit: 1KB
			""";

	private final TokenEndpoint idp = TokenEndpoint.start();

	private final RawUpstream upstream = RawUpstream.start();

	/** The client of each token. */
	private final Map<String, String> issued = new ConcurrentHashMap<>();

	private final TestGateway gateway;

	SmugglingBed(boolean http2) {
		this.gateway = TestGateway.start(CONFIGURATION,
				Map.of("http2", Boolean.toString(http2), "idp", this.idp.url(), "upstream", this.upstream.url()),
				OwnResources.class);
		claims(SmugglingBed::claimsOf);
	}

	private static String claimsOf(String client) {
		return """
				"grp":"group-of-%1$s","tenant":{"name":"tenant-of-%1$s"}""".formatted(client);
	}

	/** The claims of each client's tokens. */
	void claims(UnaryOperator<String> claims) {
		this.idp.answer((call) -> {
			String client = clientOf(call.authorization());
			String token = TestJwts.jwt("{\"jti\":%d,%s}".formatted(this.issued.size(), claims.apply(client)));
			this.issued.put(token, client);
			return TokenEndpoint.token(token);
		});
	}

	private static String clientOf(String authorization) {
		String pair = new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())),
				StandardCharsets.UTF_8);
		return pair.substring(0, pair.indexOf(':'));
	}

	RawUpstream upstream() {
		return this.upstream;
	}

	TestGateway gateway() {
		return this.gateway;
	}

	/** A request of a client; the lines with their ends. */
	static String get(String client, String lines) {
		return "GET /headers/x HTTP/1.1\r\nHost: gateway\r\n" + authorization(client) + lines + "\r\n";
	}

	static String authorization(String client) {
		return "Authorization: " + TestGateway.basic(client, "hush-secret") + "\r\n";
	}

	/** The one answer to a request. */
	RawMessage send(String request) throws IOException {
		return send(request, 1).get(0);
	}

	List<RawMessage> send(String requests, int answers) throws IOException {
		return RawCaller.send(this.gateway.port(), requests, answers);
	}

	void assertNothingArrived() {
		assertThat(this.upstream.received()).isEmpty();
	}

	/**
	 * The requests that arrived were of these clients, and said nothing that is forged.
	 */
	void assertArrived(String... clients) {
		await().pollDelay(Duration.ZERO)
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.upstream.received().size() >= clients.length);
		List<RawUpstream.Received> received = this.upstream.received();
		assertThat(received).extracting(RawUpstream.Received::rest).allMatch(String::isEmpty);
		assertThat(received).extracting((arrived) -> arrived.request().values("X-Group"))
			.containsExactlyInAnyOrderElementsOf(
					List.of(clients).stream().map((client) -> List.of("group-of-" + client)).toList());
		for (RawUpstream.Received arrived : received) {
			RawMessage request = arrived.request();
			String client = request.values("X-Group").get(0).substring("group-of-".length());
			assertThat(request.head()).doesNotContain("forged", "Basic ");
			assertThat(linesOf(request, "X-Group")).containsExactly("X-Group: group-of-" + client);
			assertThat(linesOf(request, "X-Tenant")).containsExactly("X-Tenant: tenant-of-" + client);
			assertThat(linesOf(request, "X-Absent")).containsExactly("X-Absent: ");
			assertThat(linesOf(request, "Authorization")).singleElement()
				.asString()
				.startsWith("Authorization: Bearer ");
			assertThat(this.issued).containsEntry(request.values("Authorization").get(0).substring("Bearer ".length()),
					client);
			assertThat(linesOf(request, "Proxy-Authorization")).isEmpty();
			assertThat(request.headerLines())
				.allMatch((line) -> line.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+: [ -~\u0080-\u00ff]*"));
		}
	}

	/** Its lines in every spelling in which a service may take it. */
	static List<String> linesOf(RawMessage request, String name) {
		return request.headerLines()
			.stream()
			.filter((line) -> folded(line.split(":", 2)[0].trim()).equals(folded(name)))
			.toList();
	}

	private static String folded(String name) {
		return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
	}

	void reset() {
		this.upstream.reset();
	}

	@Override
	public void close() {
		this.gateway.close();
		this.upstream.close();
		this.idp.close();
	}

}
