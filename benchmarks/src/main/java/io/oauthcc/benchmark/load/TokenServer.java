package io.oauthcc.benchmark.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

import io.netty.handler.codec.http.FullHttpRequest;

/**
 * A token endpoint that takes as long as it is told, counts what it is asked, and refuses
 * clients of the kind {@code refused}. A token says whose it is and until when.
 */
final class TokenServer extends LocalServer {

	static final String REFUSED = "refused";

	/** So that a token is as long as a usual JWT. */
	private static final String PADDING = "~" + "a".repeat(800);

	private final ConcurrentMap<String, LongAdder> requests = new ConcurrentHashMap<>();

	private volatile Duration latency = Duration.ZERO;

	private volatile Duration lifetime = Duration.ofHours(1);

	void behave(Duration latency, Duration lifetime) {
		this.latency = latency;
		this.lifetime = lifetime;
	}

	/** Token requests of a kind of clients so far. */
	long requests(String kind) {
		LongAdder counter = this.requests.get(kind);
		return (counter != null) ? counter.sum() : 0;
	}

	long requests() {
		return this.requests.values().stream().mapToLong(LongAdder::sum).sum();
	}

	@Override
	Answer answer(FullHttpRequest request) {
		String id = clientOf(request.headers().get("Authorization", ""));
		String kind = Client.kindOf(id);
		this.requests.computeIfAbsent(kind, (key) -> new LongAdder()).increment();
		if (kind.equals(REFUSED) || id.isEmpty()) {
			return new Answer(401, "{\"error\":\"invalid_client\"}", this.latency);
		}
		long expiry = System.currentTimeMillis() + this.latency.plus(this.lifetime).toMillis();
		return new Answer(200, "{\"access_token\":\"%s~%d%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
			.formatted(id, expiry, PADDING, this.lifetime.toSeconds()), this.latency);
	}

	private static String clientOf(String authorization) {
		if (!authorization.startsWith("Basic ")) {
			return "";
		}
		String pair = new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())),
				StandardCharsets.UTF_8);
		return pair.substring(0, Math.max(0, pair.indexOf(':')));
	}

}
