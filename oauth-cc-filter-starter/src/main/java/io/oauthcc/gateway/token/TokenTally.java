package io.oauthcc.gateway.token;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How many tokens of one grant there are in this gateway.
 *
 * @param cached how many usable tokens are in memory
 * @param refused how many refusals are remembered
 * @param nearestExpiry when the first of the tokens expires, or {@code null} if there is
 * none
 */
public record TokenTally(int cached, int refused, @Nullable Instant nearestExpiry) {

	/** Of a grant without tokens. */
	public static final TokenTally NONE = new TokenTally(0, 0, null);

	/**
	 * One token more.
	 * @param expiresAt when it expires
	 * @return the tally with it
	 */
	public TokenTally withToken(Instant expiresAt) {
		boolean nearer = this.nearestExpiry == null || expiresAt.isBefore(this.nearestExpiry);
		return new TokenTally(this.cached + 1, this.refused, nearer ? expiresAt : this.nearestExpiry);
	}

	/**
	 * One refusal more.
	 * @return the tally with it
	 */
	public TokenTally withRefusal() {
		return new TokenTally(this.cached, this.refused + 1, this.nearestExpiry);
	}

}
