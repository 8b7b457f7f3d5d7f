package io.oauthcc.gateway.attempt;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The different credentials of one origin that were refused within a sliding window, at
 * most as many as the origin may have. One that is refused again does not count again.
 * <p>
 * Safe for use by many threads; none holds the lock for longer than it takes to look
 * through the window. Times are in milliseconds.
 */
final class RefusedCredentials {

	private final long window;

	/** Digests, in the order of their times, beginning at the oldest. */
	private final long[] credentials;

	private final long[] times;

	private int oldest;

	private int size;

	RefusedCredentials(Duration window, int limit) {
		this.window = window.toMillis();
		this.credentials = new long[limit];
		this.times = new long[limit];
	}

	Duration window() {
		return Duration.ofMillis(this.window);
	}

	/**
	 * The wait until one more may be refused.
	 * @return the wait, or {@code null} if the limit is not reached
	 */
	synchronized @Nullable Duration waitAt(long now) {
		forgetOld(now);
		return (this.size < this.credentials.length) ? null
				: Duration.ofMillis(this.times[this.oldest] + this.window - now);
	}

	synchronized void add(long credential, long now) {
		forgetOld(now);
		if (this.size == this.credentials.length || contains(credential)) {
			return;
		}
		int next = index(this.size++);
		this.credentials[next] = credential;
		this.times[next] = now;
	}

	private void forgetOld(long now) {
		while (this.size > 0 && this.times[this.oldest] + this.window <= now) {
			this.oldest = index(1);
			this.size--;
		}
	}

	private boolean contains(long credential) {
		for (int i = 0; i < this.size; i++) {
			if (this.credentials[index(i)] == credential) {
				return true;
			}
		}
		return false;
	}

	private int index(int offset) {
		return (this.oldest + offset) % this.credentials.length;
	}

}
