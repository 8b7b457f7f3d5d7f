package io.oauthcc.gateway.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.oauthcc.gateway.soak.SoakServer.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A service that looks at the token of each request: it is this caller's, was asked for
 * with the very secret that the caller sends, has not expired, and is none that this
 * service has refused before. Now and then it revokes one.
 */
final class SoakUpstream implements AutoCloseable {

	/** Who calls, as {@code <client>/<version of its secret>}. */
	static final String CALLER = "X-Soak-Caller";

	/** There if the caller stays for the answer. */
	static final String STAYS = "X-Soak-Stays";

	private static final String CHALLENGE = "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n";

	private static final int ONE_IN = 300;

	/** Beyond {@code cache.minTokenAge} of the gateway. */
	private static final long OLD_ENOUGH = 2500;

	/** For requests that were on their way when the first one was refused. */
	private static final long ON_THEIR_WAY = 2000;

	private static final int MOST_KEPT = 20;

	private final SoakServer server = SoakServer.start(this::handle);

	private final SoakClients clients;

	private final Duration grace;

	/** When the revoked tokens were refused for the first time, 0 if not yet. */
	private final Map<SoakToken, Long> revoked = new ConcurrentHashMap<>();

	private final AtomicLong checked = new AtomicLong();

	private final AtomicLong revocations = new AtomicLong();

	private final AtomicLong wrong = new AtomicLong();

	private final ConcurrentLinkedQueue<String> kept = new ConcurrentLinkedQueue<>();

	private volatile boolean revoking;

	/**
	 * Start a service.
	 * @param clients who has which secret
	 * @param grace for how long a configured client's token goes on serving that was
	 * asked for with a secret that is withdrawn
	 */
	SoakUpstream(SoakClients clients, Duration grace) {
		this.clients = clients;
		this.grace = grace;
	}

	int port() {
		return this.server.port();
	}

	String url() {
		return "http://127.0.0.1:" + port();
	}

	void revoke(boolean revoking) {
		this.revoking = revoking;
	}

	long checked() {
		return this.checked.get();
	}

	long revocations() {
		return this.revocations.get();
	}

	long wrong() {
		return this.wrong.get();
	}

	/** The first of the wrong tokens, and what is wrong with them. */
	List<String> wrongTokens() {
		return List.copyOf(this.kept);
	}

	private void handle(Exchange exchange) throws IOException {
		boolean plain = exchange.path().startsWith("/plain") && exchange.header("Authorization").isEmpty();
		boolean refused = !plain && isRefused(exchange);
		exchange.readBody();
		if (refused) {
			exchange.answer("401 No", CHALLENGE, "");
			return;
		}
		if (!exchange.path().endsWith("/stream")) {
			exchange.answer("200 OK", "", "ok");
			return;
		}
		exchange.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		for (int chunk = 0; chunk < 5; chunk++) {
			exchange.write("400\r\n" + "x".repeat(0x400) + "\r\n");
			SoakIdp.pause(Duration.ofMillis(200));
		}
		exchange.write("0\r\n\r\n");
	}

	private boolean isRefused(Exchange exchange) {
		this.checked.incrementAndGet();
		long now = System.currentTimeMillis();
		SoakToken token = SoakToken.parse(exchange.header("Authorization"));
		String error = (token == null) ? "no token" : errorOf(token, exchange.header(CALLER), now);
		if (error != null) {
			this.wrong.incrementAndGet();
			if (this.kept.size() < MOST_KEPT) {
				this.kept.add("%s: %s for %s at %s".formatted(error, token, exchange.header(CALLER), exchange.path()));
			}
		}
		return token != null && isRevoked(token, !exchange.header(STAYS).isEmpty(), now);
	}

	private @Nullable String errorOf(SoakToken token, String caller, long now) {
		boolean configured = !caller.contains("/");
		if (!caller.equals(configured ? token.client() : token.client() + "/" + token.version())) {
			return "of another";
		}
		if (now > token.expires()) {
			return "expired %d ms ago".formatted(now - token.expires());
		}
		long refused = this.revoked.getOrDefault(token, 0L);
		if (refused != 0 && now - refused > ON_THEIR_WAY) {
			return "refused %d ms ago".formatted(now - refused);
		}
		// A caller's own says that it means the former one.
		long outdated = configured ? this.clients.outdatedFor(token.client(), token.version()) : 0;
		return (outdated > this.grace.toMillis()) ? "of a secret withdrawn %d ms ago".formatted(outdated) : null;
	}

	private boolean isRevoked(SoakToken token, boolean callerStays, long now) {
		if (this.revoking && callerStays && now - token.issued() > OLD_ENOUGH
				&& ThreadLocalRandom.current().nextInt(ONE_IN) == 0 && this.revoked.putIfAbsent(token, 0L) == null) {
			this.revocations.incrementAndGet();
			this.revoked.keySet().removeIf((other) -> other.expires() < now);
		}
		if (callerStays) {
			// Who goes away may take the answer with it before the gateway has seen it.
			this.revoked.computeIfPresent(token, (same, refused) -> (refused != 0) ? refused : now);
		}
		return this.revoked.containsKey(token);
	}

	@Override
	public void close() {
		this.server.close();
	}

}
