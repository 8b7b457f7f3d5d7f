package io.oauthcc.gateway.claims;

import java.util.ArrayList;
import java.util.List;

import io.oauthcc.gateway.claims.ClaimValue.ObjectValue;
import org.jspecify.annotations.Nullable;

/**
 * Where a claim is: the names of members, each within the object before it. Written with
 * {@code .} between them; {@code \.} is a dot and {@code \\} a backslash of a name. Walks
 * into objects only, not into arrays, nor into a string that holds JSON.
 * <p>
 * Immutable, and equal by the names.
 */
public final class ClaimPath {

	private final String key;

	private final List<String> names;

	private ClaimPath(String key, List<String> names) {
		this.key = key;
		this.names = names;
	}

	/**
	 * Read a path.
	 * @param key the path as a user writes it
	 * @return the path
	 * @throws InvalidClaimsExpressionException if a name is empty, or a backslash is
	 * before anything but a dot or a backslash
	 */
	public static ClaimPath parse(String key) {
		return parse(key, 0, key.length());
	}

	/** Read a path that is a part of a text, which an error then shows. */
	static ClaimPath parse(String source, int start, int end) {
		List<String> names = new ArrayList<>();
		StringBuilder name = new StringBuilder();
		for (int i = start; i < end; i++) {
			char character = source.charAt(i);
			if (character == '.') {
				names.add(finish(name, source, i));
			}
			else if (character == '\\') {
				name.append(escaped(source, i, end));
				i++;
			}
			else {
				name.append(character);
			}
		}
		names.add(finish(name, source, end));
		return new ClaimPath(source.substring(start, end), List.copyOf(names));
	}

	private static char escaped(String source, int backslash, int end) {
		char character = (backslash + 1 < end) ? source.charAt(backslash + 1) : 0;
		if (character != '.' && character != '\\') {
			throw new InvalidClaimsExpressionException(
					"expected '.' or '\\' after the backslash, write \\\\ for a backslash in a name", source,
					backslash);
		}
		return character;
	}

	private static String finish(StringBuilder name, String source, int position) {
		if (name.isEmpty()) {
			throw new InvalidClaimsExpressionException("expected a claim's name, write \\. for a dot in a name", source,
					position);
		}
		String finished = name.toString();
		name.setLength(0);
		return finished;
	}

	@Nullable ClaimValue find(ObjectValue claims) {
		ClaimValue value = claims;
		for (int i = 0; i < this.names.size(); i++) {
			if (!(value instanceof ObjectValue object)) {
				return null;
			}
			value = object.members().get(this.names.get(i));
		}
		return value;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ClaimPath path && this.names.equals(path.names);
	}

	@Override
	public int hashCode() {
		return this.names.hashCode();
	}

	/**
	 * The path as its user wrote it.
	 * @return the key
	 */
	@Override
	public String toString() {
		return this.key;
	}

}
