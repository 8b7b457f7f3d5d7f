package io.oauthcc.gateway.filter;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.DpopKey;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * The token of a request that is to be sent on with a proof, and whether the service
 * wants another proof.
 */
final class BoundToken {

	private static final String ATTRIBUTE = BoundToken.class.getName();

	private final AccessToken token;

	private final DpopKey key;

	private volatile @Nullable String nonceOrigin;

	private BoundToken(AccessToken token, DpopKey key) {
		this.token = token;
		this.key = key;
	}

	static void note(ServerWebExchange exchange, AccessToken token, DpopKey key) {
		exchange.getAttributes().put(ATTRIBUTE, new BoundToken(token, key));
	}

	/** The token that a request carries, or {@code null} if it is bound to no key. */
	static @Nullable BoundToken of(ServerWebExchange exchange) {
		BoundToken bound = exchange.getAttribute(ATTRIBUTE);
		// A filter behind may have put another one in its place.
		return (bound != null && bound.token.authorization()
			.equals(exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION))) ? bound : null;
	}

	/**
	 * Who answered last that it wants a nonce, and which; {@code null} if nobody did.
	 */
	static @Nullable String nonceOrigin(ServerWebExchange exchange) {
		BoundToken bound = exchange.getAttribute(ATTRIBUTE);
		return (bound != null) ? bound.nonceOrigin : null;
	}

	/** The request is sent: what an earlier answer wanted is no more asked for. */
	void sent() {
		this.nonceOrigin = null;
	}

	void wantNonce(String origin) {
		this.nonceOrigin = origin;
	}

	AccessToken token() {
		return this.token;
	}

	DpopKey key() {
		return this.key;
	}

}
