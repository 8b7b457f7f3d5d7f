package io.oauthcc.gateway.soak;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An access token that tells whom it was issued for, so that a service sees whether it is
 * the right one.
 *
 * @param client client id
 * @param version of the client's secret that it was asked for with
 * @param issued when, in milliseconds
 * @param expires when, in milliseconds
 * @param serial tells it from all others
 */
record SoakToken(String client, int version, long issued, long expires, long serial) {

	/** As long as a JWT of a few claims. */
	private static final String PADDING = "~" + "x".repeat(500);

	private static final int PARTS = 6;

	static @Nullable SoakToken parse(String authorization) {
		if (!authorization.startsWith("Bearer ")) {
			return null;
		}
		List<String> parts = List.of(authorization.substring("Bearer ".length()).split("~", -1));
		return (parts.size() == PARTS) ? new SoakToken(parts.get(0), Integer.parseInt(parts.get(1)),
				Long.parseLong(parts.get(2)), Long.parseLong(parts.get(3)), Long.parseLong(parts.get(4))) : null;
	}

	String text() {
		return this.client + "~" + this.version + "~" + this.issued + "~" + this.expires + "~" + this.serial + PADDING;
	}

	@Override
	public String toString() {
		return "token %d of %s with secret %d".formatted(this.serial, this.client, this.version);
	}

}
