package io.oauthcc.gateway.token.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthcc.gateway.token.TokenKey;

/**
 * The families that tokens of grants belong to. To drop all tokens of a grant is to drop
 * its family: none of them has to be found for that, and one that is still under way
 * belongs to it as well.
 */
final class TokenFamilies {

	/** Each for as long as a token is of it. */
	private final Cache<TokenKey, Family> families = Caffeine.newBuilder().weakValues().executor(Runnable::run).build();

	/** The family of tokens that are asked for from now on. */
	Family of(TokenKey grant) {
		return this.families.get(grant, Family::new);
	}

	/** The tokens of a grant that are there, or under way, are of no use any more. */
	void drop(TokenKey grant) {
		Family family = this.families.asMap().remove(grant);
		if (family != null) {
			family.dropped = true;
		}
	}

	/**
	 * Tokens of a grant that are dropped together.
	 */
	static final class Family {

		private final TokenKey grant;

		private volatile boolean dropped;

		Family(TokenKey grant) {
			this.grant = grant;
		}

		/** The key of the grant. */
		TokenKey grant() {
			return this.grant;
		}

		boolean isDropped() {
			return this.dropped;
		}

	}

}
