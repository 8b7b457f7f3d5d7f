package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.oauthcc.gateway.token.TlsSettings;

/**
 * What an operator should know of connections to a token endpoint, though they work.
 */
final class TransportConcerns {

	private static final Duration NEAR = Duration.ofDays(30);

	private TransportConcerns() {
	}

	static List<String> of(TlsSettings tls, Instant now) {
		List<String> concerns = new ArrayList<>();
		if (tls.insecureSkipVerify()) {
			concerns
				.add("clientConfig.tls.insecureSkipVerify: whoever answers is taken for the token endpoint, and gets "
						+ "the credentials");
		}
		Instant end = tls.earliestEnd();
		if (end != null && end.isBefore(now.plus(NEAR))) {
			concerns.add(
					"clientConfig.tls: a certificate %s at %s".formatted(end.isAfter(now) ? "ends" : "has ended", end));
		}
		return concerns;
	}

}
