package io.oauthcc.benchmark.load;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import io.netty.handler.codec.http.FullHttpRequest;

/**
 * A service that takes a request only with a token that has not expired and belongs to
 * who the request says it is from, or to the gateway on its own route.
 */
final class CheckingService extends LocalServer {

	static final String CALLER = "X-Caller";

	static final String GATEWAY = "gateway";

	/** Nobody else answers with these. */
	private static final int WRONG = 598;

	private static final int EXPIRED = 599;

	private static final String SCHEME = "Bearer ";

	private final LongAdder wrong = new LongAdder();

	private final LongAdder expired = new LongAdder();

	/** Requests that came without a token, or with one of another client. */
	long wrong() {
		return this.wrong.sum();
	}

	long expired() {
		return this.expired.sum();
	}

	@Override
	Answer answer(FullHttpRequest request) {
		String owner = request.uri().startsWith("/gateway/") ? GATEWAY : request.headers().get(CALLER, "");
		String[] token = request.headers().get("Authorization", "").split("~", -1);
		if (token.length != 3 || !token[0].equals(SCHEME + owner)) {
			this.wrong.increment();
			return new Answer(WRONG, "wrong", Duration.ZERO);
		}
		if (Long.parseLong(token[1]) < System.currentTimeMillis()) {
			this.expired.increment();
			return new Answer(EXPIRED, "expired", Duration.ZERO);
		}
		return new Answer(200, "{\"status\":\"ok\"}", Duration.ZERO);
	}

}
