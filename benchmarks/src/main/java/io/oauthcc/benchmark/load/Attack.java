package io.oauthcc.benchmark.load;

import java.util.concurrent.CompletableFuture;

/**
 * What hostile callers do.
 */
interface Attack {

	/**
	 * Do it once.
	 * @param callers who does it
	 * @param slot number of the one of several at a time
	 * @return what comes of it, once it is over
	 */
	CompletableFuture<String> once(Callers callers, int slot);

	/** How many do it at a time. */
	default int slots() {
		return 64;
	}

}
