package io.oauthcc.gateway.autoconfigure;

import java.time.Duration;

import io.oauthcc.gateway.filter.Middlewares;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.context.SmartLifecycle;

/**
 * Warns once a day of certificates that end soon and of connections that verify none, as
 * the start does.
 */
final class TransportWarning implements SmartLifecycle {

	private static final Duration PAUSE = Duration.ofDays(1);

	private final Middlewares middlewares;

	private volatile @Nullable Disposable repeated;

	TransportWarning(Middlewares middlewares) {
		this.middlewares = middlewares;
	}

	@Override
	public void start() {
		this.repeated = Flux.interval(PAUSE).subscribe((day) -> this.middlewares.warnOfTransportConcerns());
	}

	@Override
	public void stop() {
		Disposable repeated = this.repeated;
		this.repeated = null;
		if (repeated != null) {
			repeated.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.repeated != null;
	}

}
