package io.oauthcc.gateway.attempt;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The different credentials of one origin that were refused within a sliding window, and
 * those that are being tried: together at most as many as the origin may have. One that
 * is refused again does not count again.
 * <p>
 * Safe for use by many threads; none holds the lock for longer than it takes to look
 * through the window. Times are in milliseconds.
 */
final class CredentialWindow {

	private static final int FIRST_CAPACITY = 8;

	private static final Duration UNTIL_OTHERS_ARE_TRIED = Duration.ofSeconds(1);

	private final long window;

	private final int limit;

	/** Digests, in the order of their times, beginning at the oldest. */
	private long[] refused;

	private long[] times;

	private int oldest;

	private int size;

	/** Digests of those that are being tried, and how many times. */
	private final Map<Long, Integer> tried = new HashMap<>();

	CredentialWindow(Duration window, int limit) {
		this.window = window.toMillis();
		this.limit = limit;
		this.refused = new long[Math.min(limit, FIRST_CAPACITY)];
		this.times = new long[this.refused.length];
	}

	Duration window() {
		return Duration.ofMillis(this.window);
	}

	/**
	 * Try credentials, if the origin may try any.
	 * @return {@code null} if they may be tried, and {@link #leave} is to follow; else
	 * the wait until others may
	 */
	synchronized @Nullable Duration tryEnter(long credential, long now) {
		forgetOld(now);
		if (this.size >= this.limit) {
			return Duration.ofMillis(this.times[this.oldest] + this.window - now);
		}
		boolean counted = this.tried.containsKey(credential) || contains(credential);
		if (!counted && this.size + this.tried.size() >= this.limit) {
			return UNTIL_OTHERS_ARE_TRIED;
		}
		this.tried.merge(credential, 1, Integer::sum);
		return null;
	}

	synchronized void leave(long credential, boolean refused, long now) {
		this.tried.computeIfPresent(credential, (key, count) -> (count > 1) ? count - 1 : null);
		forgetOld(now);
		if (refused && this.size < this.limit && !contains(credential)) {
			add(credential, now);
		}
	}

	private void add(long credential, long now) {
		if (this.size == this.refused.length) {
			grow();
		}
		int next = index(this.size++);
		this.refused[next] = credential;
		this.times[next] = now;
	}

	private void grow() {
		int capacity = Math.min(this.limit, this.refused.length * 2);
		this.refused = inOrder(this.refused, capacity);
		this.times = inOrder(this.times, capacity);
		this.oldest = 0;
	}

	private long[] inOrder(long[] ring, int capacity) {
		long[] ordered = Arrays.copyOfRange(ring, this.oldest, this.oldest + capacity);
		System.arraycopy(ring, 0, ordered, ring.length - this.oldest, this.oldest);
		return ordered;
	}

	private void forgetOld(long now) {
		while (this.size > 0 && this.times[this.oldest] + this.window <= now) {
			this.oldest = index(1);
			this.size--;
		}
	}

	private boolean contains(long credential) {
		for (int i = 0; i < this.size; i++) {
			if (this.refused[index(i)] == credential) {
				return true;
			}
		}
		return false;
	}

	private int index(int offset) {
		return (this.oldest + offset) % this.refused.length;
	}

}
