package io.oauthcc.benchmark.scale;

import java.time.Duration;

/**
 * A fleet whose clients all call through all gateways, all the time: the most that it can
 * ask for.
 *
 * @param gateways how many gateways share tokens through one Redis
 * @param clients how many clients there are
 * @param lifetime the lifetime of their tokens
 */
record Fleet(int gateways, int clients, Duration lifetime) {

	/** Bytes of a token of 900 characters on the heap of each gateway. */
	static final int HEAP = 1650;

	/** Bytes of the same in Redis, key included. */
	static final int REDIS = 1200;

	private static final double SKEW = 30;

	private static final double EARLIEST = 0.75;

	private static final double SPREAD = 0.15;

	/** GET, SET NX, GET; SET, PUBLISH, EVAL. */
	private static final int COMMANDS_OF_FIRST = 6;

	/** GET. */
	private static final int COMMANDS_OF_OTHER = 1;

	/** Seconds from one token to the next, if one gateway of so many is the first. */
	private double life(int gateways) {
		double seconds = this.lifetime.toMillis() / 1000.0;
		double usable = seconds - Math.min(SKEW, seconds / 10);
		return usable * (EARLIEST + SPREAD / (gateways + 1));
	}

	/** Token requests a second with a store. */
	double tokenRequests() {
		return this.clients / life(this.gateways);
	}

	/** Token requests a second if each gateway asks for itself. */
	double tokenRequestsWithoutStore() {
		return this.gateways * this.clients / life(1);
	}

	/** Commands for each token. */
	double commandsPerToken() {
		return COMMANDS_OF_FIRST + (double) COMMANDS_OF_OTHER * (this.gateways - 1);
	}

	double commands() {
		return tokenRequests() * commandsPerToken();
	}

	/** What Redis sends a second to those who listen. */
	double messages() {
		return tokenRequests() * this.gateways;
	}

	double heapBytes() {
		return (double) HEAP * this.clients;
	}

	double redisBytes() {
		return (double) REDIS * this.clients;
	}

}
