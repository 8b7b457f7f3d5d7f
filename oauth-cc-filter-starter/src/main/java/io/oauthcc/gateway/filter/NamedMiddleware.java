package io.oauthcc.gateway.filter;

import java.util.function.Supplier;

/**
 * A middleware that routes know by its name, so that it can change under them.
 */
final class NamedMiddleware implements Supplier<Middleware> {

	private volatile Middleware current;

	NamedMiddleware(Middleware current) {
		this.current = current;
	}

	@Override
	public Middleware get() {
		return this.current;
	}

	void change(Middleware changed) {
		this.current = changed;
	}

}
