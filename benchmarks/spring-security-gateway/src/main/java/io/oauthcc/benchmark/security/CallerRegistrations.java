package io.oauthcc.benchmark.security;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import reactor.core.publisher.Mono;

import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;

/**
 * The gateway's own registration, and one for each caller. A manager is asked by a
 * registration's id alone, so a caller's is its Basic credentials.
 */
final class CallerRegistrations implements ReactiveClientRegistrationRepository {

	private final ClientRegistration own;

	CallerRegistrations(ClientRegistration own) {
		this.own = own;
	}

	@Override
	public Mono<ClientRegistration> findByRegistrationId(String registrationId) {
		if (registrationId.equals(this.own.getRegistrationId())) {
			return Mono.just(this.own);
		}
		String[] credentials = new String(Base64.getDecoder().decode(registrationId), StandardCharsets.UTF_8).split(":",
				2);
		return Mono.just(ClientRegistration.withClientRegistration(this.own)
			.registrationId(registrationId)
			.clientId(credentials[0])
			.clientSecret(credentials[1])
			.build());
	}

}
