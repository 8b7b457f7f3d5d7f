package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Clock;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.SigningKey;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;

/**
 * Writes the form of a token request (RFC 6749, section 4.4.2), with the client's
 * credentials in it or in a header.
 */
final class TokenRequestForm {

	private final Clock clock;

	TokenRequestForm(Clock clock) {
		this.clock = clock;
	}

	/** Whether the client signs an assertion for the request. */
	static boolean isSigned(AccessTokenRequest request) {
		return request.credentials().assertions() instanceof SigningKey;
	}

	/**
	 * Write the form of one request, anew for each subscription.
	 * @param request what is asked for, and by whom
	 * @param tokenUri where it is sent
	 * @param headers get what of the credentials belongs there
	 * @return the form; on another thread if it is to be signed, since an event loop has
	 * no time for that, nor may it wait for the random numbers
	 */
	Mono<byte[]> write(AccessTokenRequest request, URI tokenUri, HttpHeaders headers) {
		Mono<byte[]> form = Mono.fromCallable(() -> formOf(request, tokenUri, headers));
		if (!isSigned(request)) {
			return form;
		}
		return form.subscribeOn(Schedulers.boundedElastic())
			// The name alone: messages of other libraries may quote what they were given.
			.onErrorMap((error) -> new AccessTokenException(AccessTokenFailure.NOT_ASKED,
					"The assertion cannot be signed (%s)".formatted(error.getClass().getSimpleName())));
	}

	private byte[] formOf(AccessTokenRequest request, URI tokenUri, HttpHeaders headers) {
		ClientCredentialsGrant grant = request.grant();
		FormBody form = new FormBody().add("grant_type", "client_credentials");
		if (!grant.scopes().isEmpty()) {
			form.add("scope", String.join(" ", grant.scopes()));
		}
		if (grant.audience() != null) {
			form.add("audience", grant.audience());
		}
		grant.resources().forEach((resource) -> form.add("resource", resource));
		grant.parameters().forEach(form::add);
		ClientAuthenticator.of(grant, tokenUri, this.clock).authenticate(request.credentials(), grant, headers, form);
		return form.toBytes();
	}

}
