package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
 * act once more as if for the first time. Every request is looked at, few are restored:
 * of the attributes it keeps the names alone, and nothing of a response that is empty.
 */
final class ExchangeState {

	private final Object[] attributes;

	private final @Nullable HttpStatusCode status;

	/** Names and values in turns; a map would be most of what this takes. */
	private final List<String> headers;

	private final @Nullable MultiValueMap<String, ResponseCookie> cookies;

	private ExchangeState(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		this.attributes = exchange.getAttributes().keySet().toArray();
		this.status = response.getStatusCode();
		this.headers = copyOf(response.getHeaders());
		this.cookies = response.getCookies().isEmpty() ? null
				: new LinkedMultiValueMap<>(response.getCookies()).deepCopy();
	}

	static ExchangeState of(ServerWebExchange exchange) {
		return new ExchangeState(exchange);
	}

	private static List<String> copyOf(HttpHeaders headers) {
		if (headers.isEmpty()) {
			return List.of();
		}
		List<String> copy = new ArrayList<>(2);
		headers.forEach((name, values) -> {
			for (String value : values) {
				copy.add(name);
				copy.add(value);
			}
		});
		return copy;
	}

	void restore(ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		exchange.getAttributes().keySet().retainAll(Set.of(this.attributes));
		response.setStatusCode(this.status);
		response.getHeaders().clear();
		response.getCookies().clear();
		for (int i = 0; i < this.headers.size(); i += 2) {
			response.getHeaders().add(this.headers.get(i), this.headers.get(i + 1));
		}
		if (this.cookies != null) {
			this.cookies.forEach(response.getCookies()::addAll);
		}
	}

}
