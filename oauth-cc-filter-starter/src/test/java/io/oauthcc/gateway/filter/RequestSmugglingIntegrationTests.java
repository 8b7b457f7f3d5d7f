package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.RawMessage;
import io.oauthcc.gateway.fixture.RawUpstream;
import io.oauthcc.gateway.fixture.RawUpstream.Received;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Requests that hide another, or that mean one thing to the gateway and could mean
 * another to the service: whatever arrives there has passed the filter.
 */
class RequestSmugglingIntegrationTests {

	private static final String FORGED = "X-Group: forged\r\nX_Tenant: forged\r\n";

	/** Has credentials, so that it arrives if the gateway takes it for a request. */
	private static final String HIDDEN = SmugglingBed.get("bob", FORGED);

	private static final String HIDDEN_CHUNK = "%x\r\n%s\r\n0\r\n\r\n".formatted(HIDDEN.length(), HIDDEN);

	private static final String INVALID_TOKEN = """
			HTTP/1.1 401 Unauthorized
			WWW-Authenticate: Bearer error="invalid_token"
			Connection: close
			Content-Length: 0

			""".replace("\n", "\r\n");

	private static SmugglingBed bed;

	@BeforeAll
	static void start() {
		bed = new SmugglingBed(false);
	}

	@AfterAll
	static void stop() {
		bed.close();
	}

	@BeforeEach
	void reset() {
		bed.reset();
	}

	private static String request(String startLine, String lines, String body) {
		return startLine + "\r\nHost: gateway\r\n" + SmugglingBed.authorization("alice") + lines + "\r\n" + body;
	}

	private static String post(String lines, String body) {
		return request("POST /headers/x HTTP/1.1", lines, body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET http://gateway/headers/x HTTP/1.1", "GET http://forged/headers/x HTTP/1.1",
			"GET http://a:b@forged/headers/x HTTP/1.1", "GET /headers/../headers/x HTTP/1.1",
			"GET /headers/x%0d%0aX-Group:%20x HTTP/1.1", "GET /headers/x?X-Group=x%0d%0aX-Group:x HTTP/1.1",
			"GET /headers/x#x HTTP/1.1", "GET /headers/\u00ff HTTP/1.1", "GET /headers/x HTTP/1.0",
			"GET /headers/x HTTP/9.1", "GET\r /headers/x HTTP/1.1", "GET \t /headers/x HTTP/1.1",
			"ODD /headers/x HTTP/1.1" })
	void startLineWhenUnusualThenTheServiceGetsAPlainOne(String startLine) throws IOException {
		assertThat(bed.send(request(startLine, FORGED, "")).status()).isEqualTo(200);
		bed.assertArrived("alice");
		assertThat(bed.upstream().received().get(0).request().startLine())
			.matches("(GET|ODD) /headers/[!-~]+ HTTP/1\\.1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /headers/x", "GET /headers/x X-Group: forged HTTP/1.1",
			"GET /headers/x HTTP/1.1 X-Group: forged", "GET /headers/x HTTP/1.1\r",
			"GET /headers/x\rX-Group:forged HTTP/1.1", "GET /headers/x\nX-Group:forged HTTP/1.1",
			"GET /headers/x HTTP/1.1\nX-Group: forged", "GET /headers/\u0000x HTTP/1.1",
			"GET /headers/\u000bx HTTP/1.1", "GET /headers/x\u0085 HTTP/1.1", "G\u0000ET /headers/x HTTP/1.1",
			"G(T /headers/x HTTP/1.1" })
	void startLineWhenMalformedThenRefused(String startLine) throws IOException {
		assertThat(bed.send(request(startLine, FORGED, "")).status()).isBetween(400, 499);
		bed.assertNothingArrived();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
			"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
			"Content-Length: 0\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
			"Content-Length: 5, 5\r\n", "Content-Length: 5, 6\r\n", "Content-Length: +5\r\n", "Content-Length: -5\r\n",
			"Content-Length: 0x5\r\n", "Content-Length: 5 5\r\n", "Content-Length:\r\n", "Content-Length : 5\r\n",
			"Content-Length: 99999999999999999999\r\n", "Content-Length: 5\r\n 5\r\n",
			"Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding:\r\n chunked\r\n",
			"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding:\u000bchunked\r\n",
			"Transfer-Encoding: chunked\u0000\r\n", "Transfer-Encoding : chunked\r\n" })
	void framingWhenInConflictThenRefused(String lines) throws IOException {
		for (String body : List.of("0\r\n\r\n" + HIDDEN, HIDDEN_CHUNK)) {
			assertThat(bed.send(post(lines, body)).status()).isBetween(400, 499);
			bed.assertNothingArrived();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ODD" })
	void bodyWhenRequestHidesInItThenItStaysABody(String method) throws IOException {
		String length = "Content-Length: " + HIDDEN.length() + "\r\n";
		String startLine = method + " /headers/x HTTP/1.1";
		for (String connection : List.of("close", "Content-Length", "Content-Length, Transfer-Encoding, Host")) {
			assertStaysBody(request(startLine, length + "Connection: " + connection + "\r\n", HIDDEN));
		}
		for (String coding : List.of("chunked", "CHUNKED", "identity, chunked", "gzip, chunked", "chunked, chunked",
				"chunked\r\nTransfer-Encoding: identity")) {
			assertStaysBody(request(startLine, "Transfer-Encoding: " + coding + "\r\n", HIDDEN_CHUNK));
		}
	}

	private static void assertStaysBody(String request) throws IOException {
		assertThat(bed.send(request).status()).isEqualTo(200);
		bed.assertArrived("alice");
		assertThat(bed.upstream().received().get(0).request().body()).contains(HIDDEN);
		bed.reset();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Content-Length: 0\r\n", "Content_Length: 5\r\n", "Transfer_Encoding: chunked\r\n",
			"Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: \"chunked\"\r\n",
			"Transfer-Encoding: chunked;q=1\r\n", "Transfer-Encoding: identity\r\n",
			"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n" })
	void requestWhenAnotherFollowsThenThatPassesTheFilterAsWell(String lines) throws IOException {
		List<RawMessage> answers = bed.send(post(lines, HIDDEN), 2);
		assertThat(answers).extracting(RawMessage::status).containsExactly(200, 200);
		bed.assertArrived("alice", "bob");
	}

	@Test
	void requestsWhenPipelinedThenEachHasItsOwnCallersValues() throws IOException {
		String requests = SmugglingBed.get("alice", FORGED) + SmugglingBed.get("bob", "x-group: group-of-alice\r\n")
				+ post("Content-Length: " + HIDDEN.length() + "\r\n", HIDDEN)
				+ SmugglingBed.get("bob", "Connection: X-Group, \"X-Tenant\"\r\n") + SmugglingBed.get("carol", "");
		assertThat(bed.send(requests, 5)).extracting(RawMessage::status).containsOnly(200).hasSize(5);
		bed.assertArrived("alice", "bob", "alice", "bob", "carol");
	}

	@ParameterizedTest
	@ValueSource(strings = { "5\r\nabcde\r\n0\r\nX-Group: forged\r\nAuthorization: forged\r\n\r\n",
			"5\r\nabcde\r\n0\r\nX_Group: forged\r\nX-Other: forged\r\n\r\n", "5;forged\r\nabcde\r\n0\r\n\r\n",
			"5;x=\"forged\"\r\nabcde\r\n0;forged\r\n\r\n", "5 \r\nabcde\r\n0\r\n\r\n", "00005\r\nabcde\r\n0\r\n\r\n" })
	void chunksWhenTheyHaveTrailersOrExtensionsThenOnlyTheirDataArrives(String body) throws IOException {
		String lines = """
				Transfer-Encoding: chunked
				TE: trailers
				Trailer: X-Group, X-Other
				Keep-Alive: timeout=5
				Connection: TE, Trailer, X-Group
				""".replace("\n", "\r\n");
		assertThat(bed.send(post(lines, body)).status()).isEqualTo(200);
		bed.assertArrived("alice");
		RawMessage request = bed.upstream().received().get(0).request();
		assertThat(request.body()).isEqualTo("5\r\nabcde\r\n0\r\n\r\n");
		assertThat(request.head()).doesNotContainIgnoringCase("trailer", "\r\nte:", "keep-alive");
	}

	/** What has arrived before the malformed chunk may arrive after the answer. */
	@Test
	void chunksWhenMalformedThenRefusedAndNothingHiddenArrives() throws IOException {
		try (SmugglingBed own = new SmugglingBed(false)) {
			for (String chunks : List.of("5\nabcde\n0\n\n", "0x5\r\nabcde\r\n0\r\n\r\n", "-1\r\nabcde\r\n0\r\n\r\n",
					"\r\nabcde\r\n0\r\n\r\n", "ffffffff00000005\r\nabcde\r\n0\r\n\r\n", "5\r\nabcdefg\r\n0\r\n\r\n",
					"5\r\nabcdeXX0\r\n\r\n", "5;x=\"\r\n\"\r\nabcde\r\n0\r\n\r\n", "5;\nforged\r\nabcde\r\n0\r\n\r\n",
					"5\r\nabcde\r\n0\r\nX-Group : forged\r\n\r\n")) {
				RawMessage answer = own.send(post("Transfer-Encoding: chunked\r\n", chunks + HIDDEN));
				assertThat(answer.status()).as(chunks).isBetween(400, 499);
			}
			own.gateway().close();
			assertThat(own.upstream().received()).extracting(Received::rest).allMatch(String::isEmpty);
			assertThat(own.upstream().received()).extracting((received) -> received.request().values("X-Group"))
				.allMatch(List.of("group-of-alice")::equals);
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\n",
					"Upgrade: h2c\r\nConnection: Upgrade, X-Group, Authorization\r\n",
					"Upgrade: TLS/1.0\r\nConnection: Upgrade\r\n", "Proxy-Connection: X-Group, Authorization\r\n",
					"Keep-Alive: X-Group\r\n", "TE: trailers, X-Group\r\n", "Trailer: X-Group, Authorization\r\n",
					"Trailer: \"X-Group\"\r\n" })
	void hopByHopHeaderWhenForgedThenNoUpgradeAndTheTokensValues(String lines) throws IOException {
		assertThat(bed.send(SmugglingBed.get("alice", FORGED + lines)).status()).isEqualTo(200);
		bed.assertArrived("alice");
		assertThat(bed.upstream().received().get(0).request().head()).doesNotContainIgnoringCase("\r\nupgrade:",
				"\r\nconnection:", "\r\nkeep-alive:", "\r\nte:", "\r\ntrailer:");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "Upgrade", "Upgrade, X-Group, Authorization", "Upgrade, \"X-Group\"", "Upgrade, X- Tenant" })
	void webSocketWhenConnectionNamesTheHeadersThenTheyStay(String connection) throws IOException {
		String lines = FORGED + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: " + connection + "\r\n";
		assertThat(bed.send(SmugglingBed.get("alice", lines)).status()).isEqualTo(101);
		bed.assertArrived("alice");
	}

	@Test
	void expectationWhenForgedHeadersThenAnsweredAndNoneArrives() throws IOException {
		String lines = FORGED + "Expect: 100-continue\r\nContent-Length: " + HIDDEN.length() + "\r\n";
		assertThat(bed.send(post(lines, HIDDEN), 2)).extracting(RawMessage::status).endsWith(200);
		bed.assertArrived("alice");
		assertThat(bed.upstream().received().get(0).request().body()).isEqualTo(HIDDEN);
	}

	@ParameterizedTest
	@ValueSource(strings = { "close", "X-Group, Authorization", "\"X-Group\"", "a, X- Tenant" })
	void requestWhenReplayedThenTheSecondHasTheHeadersOnceAsWell(String connection) {
		String lines = FORGED + "Content-Length: " + HIDDEN.length() + "\r\nConnection: " + connection + "\r\n";
		AtomicInteger requests = new AtomicInteger();
		// A token that is too young is not replaced.
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			bed.reset();
			requests.set(0);
			bed.upstream().answer((request) -> (requests.getAndIncrement() == 0) ? INVALID_TOKEN : RawUpstream.OK);
			return bed.send(request("POST /replayed/x HTTP/1.1", lines, HIDDEN)).status() == 200;
		});
		bed.assertArrived("alice", "alice");
		assertThat(bed.upstream().received()).extracting((received) -> received.request().body())
			.allMatch((body) -> body.contains(HIDDEN));
	}

}
