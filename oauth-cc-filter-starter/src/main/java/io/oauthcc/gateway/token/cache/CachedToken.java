package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import org.jspecify.annotations.Nullable;

/**
 * A token in memory, and when to renew it. Whoever uses it from then on has it renewed in
 * the background; so an unused token is never renewed, and no secret is kept for it.
 * <p>
 * Safe for use by many threads. Times are in milliseconds.
 */
final class CachedToken {

	/** The part of its usable life after which a token is renewed, at the earliest. */
	private static final double EARLIEST = 0.75;

	/** What is added to that, so that tokens of the same age part. */
	private static final double SPREAD = 0.15;

	private static final long NEVER = Long.MAX_VALUE;

	private static final long FIRST_WAIT = 1000;

	private static final long LONGEST_WAIT = 60_000;

	private static final int MOST_DOUBLINGS = 6;

	/** A shorter wait would be none. */
	private static final long SHORTEST_WAIT = 100;

	private final AccessToken token;

	private final TokenFamilies.Family family;

	private final AtomicLong renewAt;

	/** Touched by the one renewal under way alone, between two accesses to renewAt. */
	private int failures;

	/**
	 * Create one that is not renewed yet.
	 * @param moment decides when it is renewed: a number of which each is as likely as
	 * any other
	 * @param family with what it is dropped
	 * @param token the token
	 * @param refreshAhead whether it is renewed at all
	 */
	CachedToken(long moment, TokenFamilies.Family family, AccessToken token, boolean refreshAhead) {
		this.token = token;
		this.family = family;
		this.renewAt = new AtomicLong(refreshAhead ? renewAt(moment, token) : NEVER);
	}

	private static long renewAt(long moment, AccessToken token) {
		long issuedAt = token.issuedAt().toEpochMilli();
		double usable = token.usableUntil().toEpochMilli() - issuedAt;
		return issuedAt + (long) (usable * (EARLIEST + SPREAD * fraction(moment)));
	}

	/** From 0 to 1. */
	private static double fraction(long moment) {
		return (moment >>> 11) * 0x1.0p-53;
	}

	AccessToken token() {
		return this.token;
	}

	/** With what it is dropped. */
	TokenFamilies.Family family() {
		return this.family;
	}

	/**
	 * Take on the renewal, if it is due and nobody else has.
	 * @return {@code true} for one caller alone, who is to call {@link #renewalFailed} if
	 * nothing comes of it
	 */
	boolean claimRenewal(long now) {
		long due = this.renewAt.get();
		return due <= now && this.renewAt.compareAndSet(due, NEVER);
	}

	/**
	 * Lets others try again later: each time after a longer wait, but early enough for
	 * what is left of the token; never if the client was refused.
	 * @param now the time
	 * @param error what went wrong, or {@code null} if only nothing came of it
	 */
	void renewalFailed(long now, @Nullable Throwable error) {
		if (error instanceof AccessTokenException ex && ex.getFailure().isRefusal()) {
			return;
		}
		long left = this.token.usableUntil().toEpochMilli() - now;
		long wait = Math.min(Math.min(FIRST_WAIT << Math.min(this.failures++, MOST_DOUBLINGS), LONGEST_WAIT), left / 2);
		if (wait >= SHORTEST_WAIT) {
			long jittered = wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
			this.renewAt.set(now + Math.max(jittered, waitOf(error)));
		}
	}

	private static long waitOf(@Nullable Throwable error) {
		Duration wait = (error instanceof AccessTokenException ex) ? ex.getRetryAfter() : null;
		return (wait != null) ? wait.toMillis() : 0;
	}

}
