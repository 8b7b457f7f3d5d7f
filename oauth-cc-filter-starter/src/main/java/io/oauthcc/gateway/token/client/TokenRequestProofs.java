package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.time.Clock;
import java.util.function.Function;

import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.DpopKey;
import io.oauthcc.gateway.token.DpopProofs;
import io.oauthcc.gateway.token.DpopTarget;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;

/**
 * Proves to token endpoints that the gateway has the key which tokens are to be bound to
 * (RFC 9449, section 5).
 */
final class TokenRequestProofs {

	private final DpopProofs proofs;

	TokenRequestProofs(Clock clock) {
		this.proofs = new DpopProofs(clock);
	}

	/**
	 * Send a token request with a proof, and once more if the endpoint wants a nonce.
	 * @param grant the grant of the request, whose tokens need not be bound to a key
	 * @param tokenUri where the request goes
	 * @param send sends the request with headers that are its own to change
	 * @return what comes of it
	 */
	<T> Mono<T> prove(ClientCredentialsGrant grant, URI tokenUri, Function<HttpHeaders, Mono<T>> send) {
		DpopKey key = grant.dpopKey();
		if (key == null) {
			return send.apply(new HttpHeaders());
		}
		DpopTarget target = targetOf(tokenUri);
		return prove(key, target, send).onErrorResume(UseDpopNonceException.class,
				(ex) -> this.proofs.hasNonce(target) ? prove(key, target, send) : Mono.error(ex));
	}

	private <T> Mono<T> prove(DpopKey key, DpopTarget target, Function<HttpHeaders, Mono<T>> send) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(DpopProofs.HEADER, this.proofs.of(key, target, null));
		return send.apply(headers);
	}

	/**
	 * Keep the nonce that an endpoint names for the next request.
	 * @param grant the grant of the request
	 * @param tokenUri where the request went
	 * @param answer the headers of the answer
	 */
	void learn(ClientCredentialsGrant grant, URI tokenUri, HttpHeaders answer) {
		if (grant.dpopKey() != null) {
			this.proofs.learn(targetOf(tokenUri), answer);
		}
	}

	private static DpopTarget targetOf(URI tokenUri) {
		return DpopTarget.of("POST", tokenUri);
	}

}
