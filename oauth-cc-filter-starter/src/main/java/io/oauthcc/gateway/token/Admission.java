package io.oauthcc.gateway.token;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether {@link Standing#NEWCOMER newcomers} may ask a token endpoint, and
 * learns what came of it, also when nobody waits for that any more. It is asked for
 * nothing else: not where there is a token, and not for credentials that were accepted
 * before.
 * <p>
 * Implementations never block.
 */
public interface Admission {

	/**
	 * Turns nobody away.
	 */
	Admission FREE = new Admission() {

		@Override
		public @Nullable AccessTokenException tryEnter() {
			return null;
		}

		@Override
		public void leave(boolean refused) {
		}

	};

	/**
	 * Ask for admission.
	 * @return {@code null} if the token endpoint may be asked, and
	 * {@link #leave(boolean)} will be called; else why not
	 */
	@Nullable AccessTokenException tryEnter();

	/**
	 * The token endpoint has answered, or will not any more.
	 * @param refused whether it refused what was asked
	 */
	void leave(boolean refused);

}
