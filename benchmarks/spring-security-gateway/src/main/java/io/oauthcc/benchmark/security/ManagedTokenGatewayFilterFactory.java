package io.oauthcc.benchmark.security;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory.NameConfig;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends the token that Spring Security's manager has or gets:
 * {@code ManagedToken=gateway} with the gateway's own credentials,
 * {@code ManagedToken=caller} with the caller's.
 */
@Component
class ManagedTokenGatewayFilterFactory extends AbstractGatewayFilterFactory<NameConfig> {

	private static final String BASIC = "Basic ";

	private final ReactiveOAuth2AuthorizedClientManager manager;

	ManagedTokenGatewayFilterFactory(ReactiveOAuth2AuthorizedClientManager manager) {
		super(NameConfig.class);
		this.manager = manager;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of(NAME_KEY);
	}

	@Override
	public GatewayFilter apply(NameConfig config) {
		boolean callers = "caller".equals(config.getName());
		return (exchange, chain) -> token(callers ? basic(exchange) : config.getName())
			.flatMap((token) -> chain.filter(exchange.mutate()
				.request((request) -> request.headers((headers) -> headers.setBearerAuth(token)))
				.build()));
	}

	private Mono<String> token(@Nullable String registration) {
		if (registration == null) {
			return Mono.error(new ResponseStatusException(HttpStatus.UNAUTHORIZED));
		}
		return this.manager
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId(registration).principal(registration).build())
			.map((client) -> client.getAccessToken().getTokenValue());
	}

	private static @Nullable String basic(ServerWebExchange exchange) {
		String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
		return (header != null && header.startsWith(BASIC)) ? header.substring(BASIC.length()) : null;
	}

}
