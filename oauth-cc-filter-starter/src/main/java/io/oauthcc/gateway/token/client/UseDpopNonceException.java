package io.oauthcc.gateway.token.client;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;

import org.springframework.http.HttpStatusCode;

/**
 * The token endpoint wants a proof with the nonce that it names (RFC 9449, section 8).
 */
final class UseDpopNonceException extends AccessTokenException {

	static final String CODE = "use_dpop_nonce";

	UseDpopNonceException(HttpStatusCode status) {
		super(AccessTokenFailure.REQUEST_REJECTED, "HTTP %d with the error %s".formatted(status.value(), CODE));
	}

}
