package io.oauthcc.gateway.claims;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oauthcc.gateway.claims.ClaimValue.ArrayValue;
import io.oauthcc.gateway.claims.ClaimValue.LiteralValue;
import io.oauthcc.gateway.claims.ClaimValue.NullValue;
import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import io.oauthcc.gateway.claims.ClaimValue.StringValue;
import io.oauthcc.gateway.claims.MalformedTokenException.Reason;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one part of a token: a JSON object in UTF-8 (RFC 8259) and nothing after it.
 */
final class ClaimsReader {

	static final int MAXIMUM_DEPTH = 16;

	/** Names of tokens are not worth a table that all requests share. */
	private static final JsonFactory JSON = JsonFactory.builder()
		.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
		.build();

	private final String part;

	/**
	 * Create a reader.
	 * @param part what the JSON is, for messages
	 */
	ClaimsReader(String part) {
		this.part = part;
	}

	ObjectValue read(byte[] utf8) {
		// Decoded first: the parser would take UTF-16 as well, and not look at all of
		// UTF-8's rules.
		String json = decode(utf8);
		// The parser's messages may quote the token, so its exceptions are no cause.
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw malformed("is no JSON object");
			}
			ObjectValue object = object(parser, 1);
			if (parser.nextToken() != null) {
				throw malformed("has something after its JSON object");
			}
			return object;
		}
		catch (JacksonException ex) {
			throw malformed("is no JSON");
		}
	}

	private String decode(byte[] utf8) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
		}
		catch (CharacterCodingException ex) {
			throw malformed("is no UTF-8");
		}
	}

	private ClaimValue value(JsonParser parser, JsonToken token, int depth) {
		return switch (token) {
			case START_OBJECT -> object(parser, depth + 1);
			case START_ARRAY -> array(parser, depth + 1);
			case VALUE_STRING -> new StringValue(wellFormed(parser.getString()));
			case VALUE_NULL -> NullValue.NULL;
			default -> new LiteralValue(parser.getString());
		};
	}

	private ObjectValue object(JsonParser parser, int depth) {
		checkDepth(depth);
		Map<String, ClaimValue> members = new LinkedHashMap<>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = wellFormed(parser.getString());
			if (members.put(name, value(parser, parser.nextToken(), depth)) != null) {
				throw malformed("has two members of one name in an object");
			}
		}
		return new ObjectValue(members);
	}

	private ArrayValue array(JsonParser parser, int depth) {
		checkDepth(depth);
		List<ClaimValue> elements = new ArrayList<>();
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			elements.add(value(parser, token, depth));
		}
		return new ArrayValue(List.copyOf(elements));
	}

	private void checkDepth(int depth) {
		if (depth > MAXIMUM_DEPTH) {
			throw new MalformedTokenException(Reason.TOO_DEEP,
					"the token's %s has objects and arrays more than %d deep within each other".formatted(this.part,
							MAXIMUM_DEPTH));
		}
	}

	/** An escaped half of a character has no UTF-8, so it could not be passed on. */
	private String wellFormed(String text) {
		if (text.codePoints().anyMatch((character) -> Character.getType(character) == Character.SURROGATE)) {
			throw malformed("has half a character in a string");
		}
		return text;
	}

	private MalformedTokenException malformed(String problem) {
		return new MalformedTokenException(Reason.MALFORMED, "the token's %s %s".formatted(this.part, problem));
	}

}
