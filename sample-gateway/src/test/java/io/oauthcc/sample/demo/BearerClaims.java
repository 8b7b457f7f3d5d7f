package io.oauthcc.sample.demo;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The claims of a bearer token that is a JWT. Verifies nothing: they are only shown.
 */
final class BearerClaims {

	private static final Pattern BEARER_JWT = Pattern.compile("Bearer [\\w-]+\\.(?<payload>[\\w-]+)\\.[\\w-]+");

	private BearerClaims() {
	}

	static Optional<JsonNode> of(List<String> authorization) {
		return authorization.stream()
			.map(BEARER_JWT::matcher)
			.filter(Matcher::matches)
			.map((bearer) -> Base64.getUrlDecoder().decode(bearer.group("payload")))
			.map((payload) -> new JsonMapper().readTree(payload))
			.findFirst();
	}

}
