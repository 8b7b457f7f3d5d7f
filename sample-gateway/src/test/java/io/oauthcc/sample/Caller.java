package io.oauthcc.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls a gateway as an application does, over real HTTP.
 */
final class Caller {

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private Caller() {
	}

	static HttpResponse<String> get(String url) throws IOException, InterruptedException {
		return send(request(url).build());
	}

	/**
	 * Call with the scheme Basic.
	 * @param url what to ask for
	 * @param user id and secret with a colon between
	 */
	static HttpResponse<String> get(String url, String user) throws IOException, InterruptedException {
		String encoded = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
		return send(request(url).header("Authorization", "Basic " + encoded).build());
	}

	/**
	 * Call on a connection of its own, for those who send many: Reactor Netty 1.3.7 may
	 * leave a request unread that comes before it has noticed that its last answer is
	 * sent.
	 */
	static HttpResponse<String> getAlone(String url) throws IOException, InterruptedException {
		return HttpClient.newHttpClient().send(request(url).build(), BodyHandlers.ofString());
	}

	static HttpResponse<String> post(String url) throws IOException, InterruptedException {
		return send(request(url).POST(HttpRequest.BodyPublishers.noBody()).build());
	}

	static HttpResponse<String> delete(String url) throws IOException, InterruptedException {
		return send(request(url).DELETE().build());
	}

	private static HttpRequest.Builder request(String url) {
		return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
	}

	private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		return client.send(request, BodyHandlers.ofString());
	}

	static JsonNode json(HttpResponse<String> response) {
		return new JsonMapper().readTree(response.body());
	}

	/** The values of the {@code Authorization} header that the upstream received. */
	static List<String> authorizationAtUpstream(HttpResponse<String> response) {
		return json(response).path("headers").path("Authorization").valueStream().map(JsonNode::asString).toList();
	}

}
