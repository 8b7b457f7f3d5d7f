package io.oauthcc.sample.demo;

import org.jspecify.annotations.Nullable;

/**
 * A request to the gateway, which prints as a line for a shell.
 *
 * @param user the caller's id and secret with a colon between, or {@code null} for none
 * @param url what it asks for
 */
public record DemoRequest(@Nullable String user, String url) {

	@Override
	public String toString() {
		return (this.user != null) ? "curl -u %s %s".formatted(this.user, this.url) : "curl " + this.url;
	}

}
