package io.oauthcc.benchmark.load;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An application that calls services through the gateway.
 *
 * @param id its id, whose part before the first hyphen says what kind it is
 * @param secret its secret
 */
record Client(String id, String secret) {

	static List<Client> several(String kind, int count) {
		return IntStream.range(0, count).mapToObj((number) -> of(kind, number)).toList();
	}

	static Client of(String kind, long number) {
		return new Client(kind + "-" + number, "secret-" + number);
	}

	static String kindOf(String id) {
		int hyphen = id.indexOf('-');
		return (hyphen < 0) ? id : id.substring(0, hyphen);
	}

	/** The head of a request, without its last line break. */
	String head(String method, String path) {
		return "%s %s HTTP/1.1\r\nHost: gateway\r\nAuthorization: %s\r\n%s: %s\r\n".formatted(method, path, basic(),
				CheckingService.CALLER, this.id);
	}

	String basic() {
		return "Basic "
				+ Base64.getEncoder().encodeToString((this.id + ":" + this.secret).getBytes(StandardCharsets.UTF_8));
	}

}
