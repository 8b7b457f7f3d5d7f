package io.oauthcc.gateway.filter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;

/**
 * What an exchange was like before a request was sent on, so that the filters behind can
 * act once more as if for the first time.
 */
final class ExchangeState {

	private final Map<String, Object> attributes;

	private final @Nullable HttpStatusCode status;

	private final HttpHeaders headers = new HttpHeaders();

	private final MultiValueMap<String, ResponseCookie> cookies;

	private ExchangeState(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		this.attributes = new HashMap<>(exchange.getAttributes());
		this.status = response.getStatusCode();
		copy(response.getHeaders(), this.headers);
		this.cookies = response.getCookies().isEmpty() ? new LinkedMultiValueMap<>()
				: new LinkedMultiValueMap<>(response.getCookies());
	}

	static ExchangeState of(ServerWebExchange exchange) {
		return new ExchangeState(exchange);
	}

	void restore(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		exchange.getAttributes().keySet().retainAll(this.attributes.keySet());
		exchange.getAttributes().putAll(this.attributes);
		response.setStatusCode(this.status);
		response.getHeaders().clear();
		copy(this.headers, response.getHeaders());
		response.getCookies().clear();
		response.getCookies().putAll(this.cookies);
	}

	private static void copy(HttpHeaders from, HttpHeaders to) {
		for (String name : from.headerNames()) {
			to.addAll(name, List.copyOf(from.getOrEmpty(name)));
		}
	}

}
