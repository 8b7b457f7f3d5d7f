package io.oauthcc.sample.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/**
 * Sends requests to the gateway for the demo's page, which has another origin. Only those
 * that the page needs, each as it stands here: nothing of what the browser sends goes on.
 */
final class DemoRelay implements HttpHandler {

	static final String PATH = DemoPage.PATH + "/relay/";

	private static final List<String> MIDDLEWARES = List.of("route:application", "route:gateway", "reader");

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(2))
		.build();

	private final JsonMapper json = new JsonMapper();

	private final Map<String, Relayed> requests = new HashMap<>();

	/**
	 * Create a relay.
	 * @param gateway the base URL of the gateway
	 */
	DemoRelay(String gateway) {
		call("application",
				new DemoRequest("demo-application:demo-application-secret", gateway + "/application/orders"));
		call("wrong", new DemoRequest("demo-application:wrong", gateway + "/application/orders"));
		call("gateway", new DemoRequest(null, gateway + "/gateway/orders"));
		call("named", new DemoRequest(null, gateway + "/named/orders"));
		call("plain", new DemoRequest(null, gateway + "/plain/orders"));
		operate(gateway, "GET", "actuator/oauthcc");
		operate(gateway, "GET", "actuator/metrics/oauthcc.token.refusals");
		for (String name : MIDDLEWARES) {
			operate(gateway, "GET",
					"actuator/metrics/oauthcc.token.refreshes?tag=outcome:success&tag=middleware:" + name);
			operate(gateway, "DELETE", "actuator/oauthcc/" + name);
		}
	}

	private void call(String name, DemoRequest call) {
		HttpRequest.Builder request = request(call.url());
		if (call.user() != null) {
			String credentials = Base64.getEncoder().encodeToString(call.user().getBytes(StandardCharsets.UTF_8));
			request.header("Authorization", "Basic " + credentials);
		}
		this.requests.put("POST " + PATH + "calls/" + name, new Relayed(call.toString(), request.build()));
	}

	private void operate(String gateway, String method, String path) {
		String url = gateway + "/" + path;
		this.requests.put(method + " " + PATH + path,
				new Relayed(method + " " + url, request(url).method(method, BodyPublishers.noBody()).build()));
	}

	private static HttpRequest.Builder request(String url) {
		return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
	}

	@Override
	public void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			Relayed relayed = this.requests.get(exchange.getRequestMethod() + " " + exchange.getRequestURI());
			if (relayed == null) {
				exchange.sendResponseHeaders(404, -1);
				return;
			}
			byte[] body = this.json.writeValueAsBytes(answer(relayed));
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			exchange.getResponseHeaders().set("Cache-Control", "no-store");
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
		}
	}

	/** A browser that saw the gateway's 401 itself would ask its user for a password. */
	private Map<String, Object> answer(Relayed relayed) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("request", relayed.shown());
		try {
			HttpResponse<String> response = this.client.send(relayed.request(), BodyHandlers.ofString());
			answer.put("status", response.statusCode());
			response.headers().firstValue("WWW-Authenticate").ifPresent((value) -> answer.put("challenge", value));
			answer.put("body", parse(response.body()));
		}
		catch (IOException ex) {
			answer.put("error", "The gateway does not answer");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			answer.put("error", "The demo ends");
		}
		return answer;
	}

	private JsonNode parse(String body) {
		try {
			return this.json.readTree(body);
		}
		catch (JacksonException ex) {
			return StringNode.valueOf(body);
		}
	}

	private record Relayed(String shown, HttpRequest request) {

	}

}
