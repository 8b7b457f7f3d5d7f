package io.oauthcc.gateway.claims;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static io.oauthcc.gateway.claims.TestJwts.HEADER;
import static io.oauthcc.gateway.claims.TestJwts.base64Url;
import static io.oauthcc.gateway.claims.TestJwts.jwt;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * One token for each message that there is. A message that none of them has would depend
 * on the token, and so could hold a piece of it.
 */
final class MalformedTokens {

	static final Set<String> MESSAGES = Stream.concat(tokens(), Stream.concat(parts("header"), parts("payload")))
		.map(MalformedTokens::messageOf)
		.collect(Collectors.toUnmodifiableSet());

	private MalformedTokens() {
	}

	private static Stream<String> tokens() {
		return Stream.of("A".repeat(JwtClaims.MAXIMUM_LENGTH + 1), "opaque", "....", jwt("{}", "{}"),
				jwt("{\"alg\":\"none\"}", "{}"), jwt("{\"alg\":\"RS256\",\"crit\":[]}", "{}"),
				base64Url(HEADER) + ".e30.", base64Url(HEADER) + ".e30.=");
	}

	private static Stream<String> parts(String part) {
		String deep = "{\"a\":" + "[".repeat(ClaimsReader.MAXIMUM_DEPTH) + "]".repeat(ClaimsReader.MAXIMUM_DEPTH) + "}";
		return Stream
			.of("=", "gA", base64Url("{"), base64Url("[]"), base64Url("{}{}"), base64Url("{\"a\":1,\"a\":1}"),
					base64Url("{\"a\":\"\\ud800\"}"), base64Url(deep))
			.map((encoded) -> part.equals("header") ? encoded + ".e30.AA" : base64Url(HEADER) + "." + encoded + ".AA");
	}

	private static String messageOf(String token) {
		return String
			.valueOf(catchThrowableOfType(MalformedTokenException.class, () -> JwtClaims.decode(token)).getMessage());
	}

}
