package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.oauthcc.gateway.fixture.RawHttp2Caller;
import io.oauthcc.gateway.fixture.TestGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests over HTTP/2 that would say something else in HTTP/1.1, as which they reach the
 * service.
 */
class Http2HeaderSmugglingIntegrationTests {

	private static final String SPLIT = "x HTTP/1.1\r\nX-Group: forged\r\nX-Rest: ";

	private static SmugglingBed bed;

	@BeforeAll
	static void start() {
		bed = new SmugglingBed(true);
	}

	@AfterAll
	static void stop() {
		bed.close();
	}

	@BeforeEach
	void reset() {
		bed.reset();
	}

	private static List<String> request(String method, String path, String... more) {
		List<String> fields = new ArrayList<>(List.of(":method", method, ":scheme", "http", ":authority", "gateway",
				":path", path, "authorization", TestGateway.basic("alice", "hush-secret")));
		fields.addAll(Arrays.asList(more));
		return fields;
	}

	private static int send(List<String> fields) throws IOException {
		return RawHttp2Caller.send(bed.gateway().port(), fields, "", List.of());
	}

	static Stream<List<String>> forged() {
		return Stream.of(request("GET", "/headers/x"), request("GET", "/headers/x", "x-group", "forged"),
				request("GET", "/headers/x", "x-group", "forged", "x-group", "forged"),
				request("GET", "/headers/x", "x_group", "forged", "x.group", "forged", "x-absent", "forged"),
				request("GET", "/headers/x", "proxy-authorization", "Basic forged"),
				request("GET", "/headers/x", "te", "trailers", "trailer", "x-group"),
				request("GET", "/headers/x", "x-group", ""), request("GET", "/headers/x%0d%0aX-Group:%20x"),
				request("GET", "/headers/x?a=b%0d%0aX-Group:x"));
	}

	@ParameterizedTest
	@MethodSource("forged")
	void requestWhenHeadersAreForgedThenTheTokensAlone(List<String> fields) throws IOException {
		assertThat(send(fields)).isEqualTo(200);
		bed.assertArrived("alice");
	}

	static Stream<List<String>> malformed() {
		return Stream.of(request("GET", "/headers/x", "X-Group", "forged"),
				request("GET", "/headers/x", "x-other\r\nx-group", "forged"),
				request("GET", "/headers/x", "x-group: forged\r\nx-other", "x"),
				request("GET", "/headers/x", "x-group ", "forged"), request("GET", "/headers/x", " x-group", "forged"),
				request("GET", "/headers/x", "x-group:", "forged"), request("GET", "/headers/x", "", "forged"),
				request("GET", "/headers/x", "x-group\u0000", "forged"),
				request("GET", "/headers/x", "x\u00ffgroup", "forged"),
				request("GET", "/headers/x", "x-other", "x\r\nX-Group: forged"),
				request("GET", "/headers/x", "x-other", "x\nX-Group: forged"),
				request("GET", "/headers/x", "x-other", "x\rX-Group: forged"),
				request("GET", "/headers/x", "x-other", "x\u0000forged"),
				request("GET", "/headers/x", "connection", "x-group"),
				request("GET", "/headers/x", "connection", "\"X-Group\", authorization"),
				request("GET", "/headers/x", "keep-alive", "x-group"),
				request("GET", "/headers/x", "proxy-connection", "x-group"),
				request("GET", "/headers/x", "upgrade", "h2c"),
				request("GET", "/headers/x", "transfer-encoding", "chunked"),
				request("GET", "/headers/x", "te", "gzip"), request("GET", "/headers/x", ":x-group", "forged"),
				request("GET", "/headers/x", ":path", "/headers/forged"),
				request("GET", "/headers/x", ":status", "200"),
				request("GET", "/headers/x", "authorization", "Bearer forged"), request("GET", "/headers/" + SPLIT),
				request("GET", "/headers/x HTTP/1.1"), request("GET", "/headers/\u0000"), request("GET", ""),
				request("GET", "headers/x\nforged"), request("GET /headers/" + SPLIT, "/headers/x"),
				request("GET\r\nX-Group: forged", "/headers/x"), request("G ET", "/headers/x"),
				request("", "/headers/x"),
				List.of(":method", "GET", ":scheme", "http", ":path", "/headers/x", ":authority",
						"gateway\r\nX-Group: forged", "authorization", TestGateway.basic("alice", "hush-secret")),
				List.of(":method", "GET", ":scheme", "http\r\nX-Group: forged", ":path", "/headers/x", ":authority",
						"gateway", "authorization", TestGateway.basic("alice", "hush-secret")),
				List.of(":method", "GET", ":scheme", "http", ":authority", "gateway", "authorization",
						TestGateway.basic("alice", "hush-secret")));
	}

	@ParameterizedTest
	@MethodSource("malformed")
	void requestWhenMalformedThenRefused(List<String> fields) throws IOException {
		// With a body: Netty 4.2.17 leaks a buffer if such a request has none.
		int answer = RawHttp2Caller.send(bed.gateway().port(), fields, "x", List.of());
		assertThat(answer).satisfiesAnyOf((status) -> assertThat(status).isEqualTo(RawHttp2Caller.REFUSED),
				(status) -> assertThat(status).isBetween(400, 499));
		bed.assertNothingArrived();
	}

	@Test
	void requestWhenHostIsForgedThenRefusedOrDoesNotArrive() throws IOException {
		int answer = RawHttp2Caller.send(bed.gateway().port(), request("GET", "/headers/x", "host", "forged"), "x",
				List.of());
		// Netty 4.2.15, which Spring Boot 4.0.7 comes with, lets it pass.
		assertThat(answer).isIn(200, 400, RawHttp2Caller.REFUSED);
		if (answer == 200) {
			bed.assertArrived("alice");
		}
		else {
			bed.assertNothingArrived();
		}
	}

	@Test
	void trailersWhenForgedThenNoneArrives() throws IOException {
		int status = RawHttp2Caller.send(bed.gateway().port(), request("POST", "/headers/x", "trailer", "x-group"),
				"body", List.of("x-group", "forged", "authorization", "forged"));
		assertThat(status).isEqualTo(200);
		bed.assertArrived("alice");
		assertThat(bed.upstream().received().get(0).request().body()).isEqualTo("4\r\nbody\r\n0\r\n\r\n");
	}

	@Test
	void bodyWhenRequestHidesInItThenItStaysABody() throws IOException {
		String hidden = SmugglingBed.get("bob", "X-Group: forged\r\n");
		int status = RawHttp2Caller.send(bed.gateway().port(), request("POST", "/headers/x"), hidden, List.of());
		assertThat(status).isEqualTo(200);
		bed.assertArrived("alice");
		assertThat(bed.upstream().received().get(0).request().body()).contains(hidden);
	}

}
