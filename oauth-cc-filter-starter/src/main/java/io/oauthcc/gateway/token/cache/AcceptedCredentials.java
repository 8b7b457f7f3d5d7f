package io.oauthcc.gateway.token.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.Standing;
import io.oauthcc.gateway.token.TokenKey;
import io.oauthcc.gateway.token.TokenKeyGenerator;

/**
 * The callers' credentials that token endpoints have accepted, longer than the tokens
 * themselves last, and though they may be refused later: a token endpoint that refuses
 * everybody for a while makes no strangers of them. Nobody can push them out by guessing:
 * only what is accepted gets in.
 */
final class AcceptedCredentials {

	private final TokenKeyGenerator keys = new TokenKeyGenerator();

	private final Cache<TokenKey, Boolean> accepted;

	AcceptedCredentials(long maximumSize) {
		this.accepted = Caffeine.newBuilder().maximumSize(maximumSize).executor(Runnable::run).build();
	}

	Standing standingOf(AccessTokenRequest request) {
		boolean known = !request.credentials().isCaller() || this.accepted.getIfPresent(keyOf(request)) != null;
		return known ? Standing.KNOWN : Standing.NEWCOMER;
	}

	void accepted(AccessTokenRequest request) {
		if (request.credentials().isCaller()) {
			this.accepted.put(keyOf(request), Boolean.TRUE);
		}
	}

	/** Id and secret alone: whoever knows them may ask for other scopes. */
	private TokenKey keyOf(AccessTokenRequest request) {
		ClientCredentials credentials = request.credentials();
		return this.keys.keyOf(request.grant().tokenEndpoint().uri().toString(),
				request.grant().clientAuthentication().name(), credentials.clientId(), credentials.clientSecret());
	}

	void clear() {
		this.accepted.invalidateAll();
	}

}
