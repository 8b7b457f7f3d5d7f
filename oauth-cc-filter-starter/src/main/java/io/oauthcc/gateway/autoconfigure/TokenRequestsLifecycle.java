package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.token.cache.CachingAccessTokenSource;

import org.springframework.context.SmartLifecycle;

/**
 * Ends token requests after the web server, which may still wait for some of them, and
 * before Reactor Netty's threads, which would log that their connections break.
 */
final class TokenRequestsLifecycle implements SmartLifecycle {

	/** Spring Boot stops its web server 2048 below the default. */
	private static final int PHASE = DEFAULT_PHASE - 3072;

	private final CachingAccessTokenSource tokens;

	private volatile boolean running;

	TokenRequestsLifecycle(CachingAccessTokenSource tokens) {
		this.tokens = tokens;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.tokens.stop();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
