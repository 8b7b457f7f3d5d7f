package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.oauthcc.gateway.claims.ClaimPath;
import io.oauthcc.gateway.claims.ClaimsExpression;
import io.oauthcc.gateway.claims.InvalidClaimsExpressionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the options that ask for the claims of a token. Notes every error and goes on.
 */
final class ClaimsOptionsChecker {

	/** Those that others set, or that a connection ends or takes its meaning with. */
	private static final Set<String> NOT_FORWARDED = Set.of("Authorization", "DPoP", "Host", "Connection", "Keep-Alive",
			"TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Expect", "Proxy", "Forwarded", "Via",
			"X-Real-IP", "X-Application-Context");

	private static final List<String> NOT_FORWARDED_PREFIXES = List.of("Proxy-", "X-Forwarded-", "Sec-WebSocket-",
			"Content-");

	private final OAuthClientCredentialsOptions options;

	private final OptionErrors errors;

	ClaimsOptionsChecker(OAuthClientCredentialsOptions options, OptionErrors errors) {
		this.options = options;
		this.errors = errors;
	}

	ClaimsPolicy policy() {
		return new ClaimsPolicy(
				parse("claims", this.options.getClaims(), ClaimsExpression::parse, "Correct the expression."),
				new ForwardedHeaders(headers()), claim("usernameClaim", this.options.getUsernameClaim()));
	}

	private List<ForwardedHeaders.Header> headers() {
		List<ForwardedHeaders.Header> headers = new ArrayList<>();
		for (Map.Entry<String, String> entry : this.options.getForwardHeaders().entrySet()) {
			String name = entry.getKey();
			// The first is the middleware's own; a default may spell it otherwise.
			if (headers.stream().anyMatch((header) -> header.name().equalsIgnoreCase(name))) {
				continue;
			}
			String option = "forwardHeaders." + OptionErrors.printable(name);
			checkName(option, name, headers);
			ClaimPath claim = claim(option, entry.getValue());
			if (claim != null) {
				headers.add(new ForwardedHeaders.Header(name, claim));
			}
			else if (entry.getValue().isEmpty()) {
				this.errors.add(option, "names no claim", "Name the claim whose value the header has.");
			}
		}
		return headers;
	}

	private void checkName(String option, String name, List<ForwardedHeaders.Header> others) {
		this.errors.headerName(option, name);
		if (isNotForwarded(name)) {
			this.errors.add(option, "cannot be taken from a claim", "Use another header.");
		}
		for (ForwardedHeaders.Header other : others) {
			if (ForwardedHeaders.isSame(other.name(), name)) {
				this.errors.add(option, "is the same as '%s' to many services".formatted(other.name()),
						"Remove one of them.");
			}
		}
	}

	private static boolean isNotForwarded(String name) {
		return NOT_FORWARDED.stream().anyMatch((own) -> ForwardedHeaders.isSame(own, name))
				|| NOT_FORWARDED_PREFIXES.stream()
					.anyMatch((prefix) -> name.length() >= prefix.length()
							&& ForwardedHeaders.isSame(prefix, name.substring(0, prefix.length())));
	}

	private @Nullable ClaimPath claim(String option, @Nullable String key) {
		return parse(option, key, ClaimPath::parse, "Correct the claim's name.");
	}

	private <T> @Nullable T parse(String option, @Nullable String value, Function<String, T> parser, String action) {
		// One that stands without a value is none; one of spaces is a wrong one.
		if (value == null || value.isEmpty()) {
			return null;
		}
		try {
			return parser.apply(value);
		}
		catch (InvalidClaimsExpressionException ex) {
			this.errors.add(option, String.valueOf(ex.getMessage()), action);
			return null;
		}
	}

}
