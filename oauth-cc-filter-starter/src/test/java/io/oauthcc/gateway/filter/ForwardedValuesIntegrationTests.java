package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.RawMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Claims whose values would be more than one header if they were written as they are.
 */
class ForwardedValuesIntegrationTests {

	private static final AtomicInteger clients = new AtomicInteger();

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

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '\u0001', textBlock = """
			"a\\r\\nX-Tenant: x"                ; UTF-8''a%0D%0AX-Tenant%3A%20x
			"a\\nX-Tenant: x"                   ; UTF-8''a%0AX-Tenant%3A%20x
			"a\\rX-Tenant: x"                   ; UTF-8''a%0DX-Tenant%3A%20x
			"a\\r\\n\\r\\nGET / HTTP/1.1\\r\\n" ; UTF-8''a%0D%0A%0D%0AGET%20%2F%20HTTP%2F1.1%0D%0A
			"a\\r\\n X-Tenant: x"               ; UTF-8''a%0D%0A%20X-Tenant%3A%20x
			"\\r\\n"                            ; UTF-8''%0D%0A
			"a\\u0000b"                         ; UTF-8''a%00b
			"a\\u0085b"                         ; UTF-8''a%C2%85b
			"a\\u2028b"                         ; UTF-8''a%E2%80%A8b
			"a\\u010d\\u010ab"                  ; UTF-8''a%C4%8D%C4%8Ab
			"a\\ud83d\\ude00b"                  ; UTF-8''a%F0%9F%98%80b
			"S\u00fcd"                          ; UTF-8''S%C3%BCd
			"a\\u007fb"                         ; UTF-8''a%7Fb
			"a\\tb"                             ; UTF-8''a%09b
			"  a"                               ; UTF-8''%20%20a
			"a "                                ; UTF-8''a%20
			" "                                 ; UTF-8''%20
			"UTF-8''a%0D%0A"                    ; UTF-8''UTF-8%27%27a%250D%250A
			"a%0d%0aX-Tenant: x"                ; a%0d%0aX-Tenant: x
			"a, b: c"                           ; a, b: c
			["a\\r\\nX-Tenant: x","b"]          ; UTF-8''a%0D%0AX-Tenant%3A%20x%2Cb
			[" a","b "]                         ; UTF-8''%20a%2Cb%20
			{"a\\r\\nX-Tenant":"\\r\\n"}        ; {"a\\u000d\\u000aX-Tenant":"\\u000d\\u000a"}
			{"S\u00fcd":"\\u0000"}              ; {"S\\u00fcd":"\\u0000"}
			""")
	void claimWhenItsValueWouldSplitThenItStaysOneHeader(String json, String header) throws IOException {
		String client = "client-" + clients.incrementAndGet();
		bed.claims((id) -> "\"grp\":%s,\"tenant\":{\"name\":\"blue\"}".formatted(json));
		assertThat(bed.send(SmugglingBed.get(client, "")).status()).isEqualTo(200);
		assertThat(bed.upstream().received()).singleElement().satisfies((received) -> {
			RawMessage request = received.request();
			assertThat(received.rest()).isEmpty();
			assertThat(SmugglingBed.linesOf(request, "X-Group")).containsExactly("X-Group: " + header);
			assertThat(SmugglingBed.linesOf(request, "X-Tenant")).containsExactly("X-Tenant: blue");
			assertThat(request.head()).matches("([ -~]*\r\n)*");
		});
	}

}
