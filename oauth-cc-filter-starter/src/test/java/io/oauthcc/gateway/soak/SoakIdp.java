package io.oauthcc.gateway.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.oauthcc.gateway.soak.SoakServer.Exchange;

/**
 * A token endpoint that issues short tokens to those who know their secret, and fails in
 * the ways that token endpoints do.
 */
final class SoakIdp implements AutoCloseable {

	private static final Duration USUAL = Duration.ofMillis(20);

	private static final Duration SLOW = Duration.ofSeconds(3);

	private static final String UNAVAILABLE = "{\"error\":\"temporarily_unavailable\"}";

	private final SoakServer server = SoakServer.start(this::handle);

	private final SoakClients clients;

	private final Duration tokenLife;

	private final AtomicLong requests = new AtomicLong();

	private volatile Fault fault = Fault.NONE;

	SoakIdp(SoakClients clients, Duration tokenLife) {
		this.clients = clients;
		this.tokenLife = tokenLife;
	}

	int port() {
		return this.server.port();
	}

	String url() {
		return "http://127.0.0.1:" + port() + "/token";
	}

	/** How many requests there were so far, those that were answered with faults too. */
	long requests() {
		return this.requests.get();
	}

	void fail(Fault fault) {
		this.fault = fault;
		if (fault == Fault.REFUSED) {
			this.server.goAway();
		}
	}

	void recover() {
		Fault before = this.fault;
		this.fault = Fault.NONE;
		if (before == Fault.REFUSED) {
			this.server.comeBack();
		}
	}

	private void handle(Exchange exchange) throws IOException {
		exchange.readBody();
		long serial = this.requests.incrementAndGet();
		Fault fault = this.fault;
		pause((fault == Fault.SLOW) ? SLOW : USUAL);
		switch (fault) {
			case STATUS_500 -> exchange.answer("500 No", "", "no");
			case STATUS_503 -> exchange.answer("503 No", "", UNAVAILABLE);
			case STATUS_429 -> exchange.answer("429 No", "Retry-After: 1\r\n", UNAVAILABLE);
			case GARBAGE -> {
				exchange.write("\0\1\2garbage\r\n\r\n\0");
				exchange.socket().close();
			}
			case RESET -> exchange.reset();
			default -> answer(exchange, serial);
		}
	}

	private void answer(Exchange exchange, long serial) throws IOException {
		String[] credentials = new String(
				Base64.getDecoder().decode(exchange.header("Authorization").substring("Basic ".length())),
				StandardCharsets.ISO_8859_1)
			.split(":", 2);
		String client = credentials[0];
		int version = this.clients.versionOf(client, credentials[1]);
		if (version < 0) {
			exchange.answer("401 No", "Content-Type: application/json\r\n", "{\"error\":\"invalid_client\"}");
			return;
		}
		long now = System.currentTimeMillis();
		SoakToken token = new SoakToken(client, version, now, now + this.tokenLife.toMillis(), serial);
		exchange.answer("200 OK", "Content-Type: application/json\r\n",
				"{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}".formatted(token.text(),
						this.tokenLife.toSeconds()));
	}

	/** On the thread of the connection, which has nothing else to do. */
	static void pause(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		long left = time.toNanos();
		while (left > 0) {
			LockSupport.parkNanos(left);
			left = end - System.nanoTime();
		}
	}

	@Override
	public void close() {
		this.server.close();
	}

	/**
	 * How it fails, and what callers without a token may get for it.
	 */
	enum Fault {

		NONE, SLOW, STATUS_500, STATUS_503, STATUS_429, REFUSED, GARBAGE, RESET;

		/**
		 * 504 where attempts go on until no time is left, as they may on a busy machine.
		 */
		Set<Integer> statuses() {
			return switch (this) {
				case NONE -> Set.of();
				case SLOW, STATUS_429, REFUSED, RESET -> Set.of(503, 504);
				case STATUS_503 -> Set.of(502, 503, 504);
				case STATUS_500, GARBAGE -> Set.of(502, 503);
			};
		}

	}

}
