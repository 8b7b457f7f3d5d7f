package io.oauthcc.gateway.token.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.util.StringUtils;

/**
 * Reads what a token endpoint answered (RFC 6749, sections 5.1 and 5.2). Believes a token
 * only if everything about it is as it should be.
 */
final class TokenResponseReader {

	/** RFC 6750, section 2.1. */
	private static final Pattern B64TOKEN = Pattern.compile("[A-Za-z0-9\\-._~+/]++=*+");

	/** A longer lifetime is none that a cache could use. */
	private static final BigDecimal LONGEST = BigDecimal.valueOf(Duration.ofDays(3650).toSeconds());

	private static final int MAXIMUM_NUMBER_LENGTH = 1000;

	private static final Set<String> GRANT_ERRORS = Set.of("unauthorized_client", "invalid_scope", "invalid_target",
			"access_denied");

	private static final List<HttpStatus> GRANT_STATUSES = List.of(HttpStatus.BAD_REQUEST, HttpStatus.FORBIDDEN);

	/** A reader has its deserializer at hand; the mapper would lock to make it. */
	private final ObjectReader json = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build()
		.readerFor(JsonNode.class);

	/**
	 * Read an answer.
	 * @param status its status
	 * @param body its body
	 * @param type the type that the token must be of: another one would be a downgrade
	 * @return the response; {@link AccessTokenException} if it holds no such token
	 */
	AccessTokenResponse read(HttpStatusCode status, byte[] body, TokenType type) {
		JsonNode answer = parse(body);
		if (!status.is2xxSuccessful()) {
			throw error(status, answer);
		}
		if (answer == null || !answer.isObject()) {
			throw badAnswer(status, "with no JSON object");
		}
		if (answer.hasNonNull("error")) {
			throw badAnswer(status, "with the error " + errorOf(answer));
		}
		if (!type.getValue().equalsIgnoreCase(textOf(answer, "token_type"))) {
			throw badAnswer(status, "with a token_type other than " + type.getValue());
		}
		String token = textOf(answer, "access_token");
		if (token == null || !B64TOKEN.matcher(token).matches()) {
			throw badAnswer(status, "with no access_token that RFC 6750 allows");
		}
		return new AccessTokenResponse(token, expiresIn(answer.get("expires_in")), scopes(textOf(answer, "scope")));
	}

	private @Nullable JsonNode parse(byte[] body) {
		if (body.length == 0) {
			return null;
		}
		try {
			return this.json.readValue(body);
		}
		catch (JacksonException ex) {
			// Its message may quote the body; that there is no JSON says enough.
			return null;
		}
	}

	private AccessTokenException error(HttpStatusCode status, @Nullable JsonNode answer) {
		String error = (answer != null && answer.isObject()) ? errorOf(answer) : null;
		if (status.is4xxClientError() && "invalid_client".equals(error)) {
			return new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED,
					"HTTP %d with the error invalid_client".formatted(status.value()));
		}
		if (error != null && GRANT_ERRORS.contains(error) && GRANT_STATUSES.stream().anyMatch(status::isSameCodeAs)) {
			return new AccessTokenException(AccessTokenFailure.GRANT_REFUSED,
					"HTTP %d with the error %s".formatted(status.value(), error));
		}
		if (UseDpopNonceException.CODE.equals(error)) {
			return new UseDpopNonceException(status);
		}
		String what = (error != null) ? "with the error " + error : "with no error code";
		return new AccessTokenException(otherFailure(status), "HTTP %d %s".formatted(status.value(), what));
	}

	private static AccessTokenFailure otherFailure(HttpStatusCode status) {
		if (status.is4xxClientError()) {
			return AccessTokenFailure.REQUEST_REJECTED;
		}
		return status.is5xxServerError() ? AccessTokenFailure.SERVER_ERROR : AccessTokenFailure.BAD_ANSWER;
	}

	private static AccessTokenException badAnswer(HttpStatusCode status, String what) {
		return new AccessTokenException(AccessTokenFailure.BAD_ANSWER, "HTTP %d %s".formatted(status.value(), what));
	}

	/** The error code, or a word for one that is not to be repeated in a log. */
	private static @Nullable String errorOf(JsonNode answer) {
		String error = textOf(answer, "error");
		if (error == null) {
			return null;
		}
		return error.matches("[a-z_]{1,40}") ? error : "(unprintable)";
	}

	private static @Nullable String textOf(JsonNode answer, String name) {
		JsonNode value = answer.get(name);
		return (value != null && value.isString()) ? value.stringValue() : null;
	}

	private static @Nullable Duration expiresIn(@Nullable JsonNode value) {
		if (value == null || !(value.isNumber() || value.isString())) {
			return null;
		}
		String text = value.asString().trim();
		if (text.length() > MAXIMUM_NUMBER_LENGTH) {
			return null;
		}
		try {
			BigDecimal seconds = new BigDecimal(text);
			// Compared before it is rounded: to round 1e999999999 would take for ever.
			if (seconds.compareTo(BigDecimal.ONE) < 0) {
				return Duration.ZERO;
			}
			return Duration.ofSeconds((seconds.compareTo(LONGEST) < 0)
					? seconds.setScale(0, RoundingMode.DOWN).longValueExact() : LONGEST.longValueExact());
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static @Nullable Set<String> scopes(@Nullable String scope) {
		return (scope != null) ? new LinkedHashSet<>(List.of(StringUtils.tokenizeToStringArray(scope, " "))) : null;
	}

}
