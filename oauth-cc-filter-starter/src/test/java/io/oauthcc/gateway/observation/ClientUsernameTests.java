package io.oauthcc.gateway.observation;

import io.micrometer.common.KeyValue;
import org.junit.jupiter.api.Test;

import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

class ClientUsernameTests {

	private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	@Test
	void noteWhenObservedThenSpanHasItAndNoMetric() {
		ServerRequestObservationContext context = observe();
		ClientUsername.note(this.exchange, "a\nb");
		assertThat(context.getHighCardinalityKeyValues()).containsExactly(KeyValue.of("enduser.id", "a\\x0ab"));
		assertThat(context.getLowCardinalityKeyValues()).isEmpty();
		assertThat(this.exchange.<String>getAttribute(ClientUsername.ATTRIBUTE)).isEqualTo("a\nb");
	}

	@Test
	void noteWhenNotObservedOrNobodyThenNothingElse() {
		ClientUsername.note(this.exchange, null);
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ClientUsername.ATTRIBUTE);
		ClientUsername.note(this.exchange, "a");
		assertThat(this.exchange.<String>getAttribute(ClientUsername.ATTRIBUTE)).isEqualTo("a");
	}

	@Test
	void noteWhenNobodyAfterSomebodyThenNothingIsLeft() {
		ServerRequestObservationContext context = observe();
		ClientUsername.note(this.exchange, "a");
		ClientUsername.note(this.exchange, null);
		assertThat(context.getHighCardinalityKeyValues()).isEmpty();
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ClientUsername.ATTRIBUTE);
	}

	@Test
	void forgetWhenNotedThenNothingIsLeft() {
		ServerRequestObservationContext context = observe();
		ClientUsername.note(this.exchange, "a");
		ClientUsername.forget(this.exchange);
		assertThat(context.getHighCardinalityKeyValues()).isEmpty();
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ClientUsername.ATTRIBUTE);
	}

	@Test
	void forgetWhenNotObservedThenNothingIsLeft() {
		ClientUsername.note(this.exchange, "a");
		ClientUsername.forget(this.exchange);
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ClientUsername.ATTRIBUTE);
	}

	private ServerRequestObservationContext observe() {
		ServerRequestObservationContext context = new ServerRequestObservationContext(this.exchange.getRequest(),
				this.exchange.getResponse(), this.exchange.getAttributes());
		this.exchange.getAttributes()
			.put(ServerRequestObservationContext.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE, context);
		return context;
	}

}
