package io.oauthcc.benchmark.security;

import java.time.Duration;
import java.util.Objects;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientProperties;
import org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientPropertiesMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.oauth2.client.AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryReactiveOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;

/**
 * Routes whose token comes from Spring Security's own manager, and one with
 * {@code TokenRelay}.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(OAuth2ClientProperties.class)
public class SpringSecurityGateway {

	/**
	 * Starts the gateway.
	 * @param arguments properties, as {@code --name=value}
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(SpringSecurityGateway.class, arguments);
	}

	@Bean
	CallerRegistrations clientRegistrations(OAuth2ClientProperties properties) {
		return new CallerRegistrations(Objects
			.requireNonNull(new OAuth2ClientPropertiesMapper(properties).asClientRegistrations().get("gateway")));
	}

	@Bean
	ReactiveOAuth2AuthorizedClientManager authorizedClients(ReactiveClientRegistrationRepository registrations,
			@Value("${manager.clock-skew}") Duration clockSkew) {
		var manager = new AuthorizedClientServiceReactiveOAuth2AuthorizedClientManager(registrations,
				new InMemoryReactiveOAuth2AuthorizedClientService(registrations));
		manager.setAuthorizedClientProvider(ReactiveOAuth2AuthorizedClientProviderBuilder.builder()
			.clientCredentials((client) -> client.clockSkew(clockSkew))
			.build());
		return manager;
	}

	/**
	 * Without an authentication, {@code TokenRelay} sends no token; an anonymous one
	 * does.
	 */
	@Bean
	SecurityWebFilterChain relayChain(ServerHttpSecurity http) {
		return http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/bench/relay/**"))
			.anonymous(Customizer.withDefaults())
			.csrf(CsrfSpec::disable)
			.build();
	}

}
