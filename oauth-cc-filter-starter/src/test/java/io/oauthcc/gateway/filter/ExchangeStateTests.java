package io.oauthcc.gateway.filter;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ExchangeState}.
 */
class ExchangeStateTests {

	private final ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	private final ServerHttpResponse response = this.exchange.getResponse();

	@Test
	void restoreThenAsItWas() {
		this.exchange.getAttributes().put("before", 1);
		this.response.setStatusCode(HttpStatus.ACCEPTED);
		this.response.getHeaders().add("Vary", "Origin");
		this.response.getHeaders().add("Vary", "Accept");
		this.response.addCookie(ResponseCookie.from("before", "1").build());
		ExchangeState state = ExchangeState.of(this.exchange);
		change();
		state.restore(this.exchange);
		assertThat(this.exchange.getAttributes()).containsKey("before").doesNotContainKey("after");
		assertThat(this.response.getStatusCode()).isEqualTo(HttpStatus.ACCEPTED);
		assertThat(this.response.getHeaders().headerNames()).containsExactly("Vary");
		assertThat(this.response.getHeaders().get("Vary")).containsExactly("Origin", "Accept");
		assertThat(this.response.getCookies()).containsOnlyKeys("before");
		assertThat(this.response.getCookies().get("before")).extracting(ResponseCookie::getValue).containsExactly("1");
	}

	@Test
	void restoreWhenResponseWasEmptyThenEmptyAgain() {
		ExchangeState state = ExchangeState.of(this.exchange);
		change();
		state.restore(this.exchange);
		assertThat(this.response.getStatusCode()).isNull();
		assertThat(this.response.getHeaders().isEmpty()).isTrue();
		assertThat(this.response.getCookies()).isEmpty();
	}

	@Test
	void restoreWhenServerHasNamesInTwoWaysThenEachValueOnce() {
		DefaultHttpHeaders server = new DefaultHttpHeaders();
		HttpHeaders headers = new HttpHeaders(new Netty4HeadersAdapter(server));
		MockServerHttpResponse response = new MockServerHttpResponse() {

			@Override
			public HttpHeaders getHeaders() {
				return headers;
			}

		};
		ServerWebExchange exchange = this.exchange.mutate().response(response).build();
		server.add("Vary", "Origin");
		server.add("vary", "Accept");
		ExchangeState state = ExchangeState.of(exchange);
		server.set("Vary", "Cookie");
		state.restore(exchange);
		assertThat(server.getAll("Vary")).containsExactly("Origin", "Accept");
		assertThat(server.size()).isEqualTo(2);
	}

	private void change() {
		this.exchange.getAttributes().put("after", 1);
		this.response.setStatusCode(HttpStatus.UNAUTHORIZED);
		this.response.getHeaders().set("Vary", "Cookie");
		this.response.getHeaders().add("After", "1");
		this.response.addCookie(ResponseCookie.from("before", "2").build());
	}

}
