package io.oauthcc.gateway.claims;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.gateway.claims.ClaimValue.ArrayValue;
import io.oauthcc.gateway.claims.ClaimValue.StringValue;

/**
 * A function of an expression: asks something of one claim, and does not hold if the
 * claim is missing, {@code null} or an object.
 */
sealed interface ClaimTest extends Node {

	ClaimPath path();

	boolean holds(ClaimValue value);

	@Override
	default boolean test(Claims claims) {
		ClaimValue value = claims.find(path());
		return value != null && holds(value);
	}

	/** The call as a user writes it. */
	static String call(String function, Object... arguments) {
		return Stream.of(arguments)
			.map((argument) -> "`" + argument + "`")
			.collect(Collectors.joining(", ", function + "(", ")"));
	}

	/** A string, number or boolean has the text. */
	record Equals(ClaimPath path, String value) implements ClaimTest {

		@Override
		public boolean holds(ClaimValue value) {
			return this.value.equals(value.scalar());
		}

		@Override
		public String toString() {
			return call("Equals", this.path, this.value);
		}

	}

	/** A string starts with the prefix. */
	record Prefix(ClaimPath path, String prefix) implements ClaimTest {

		@Override
		public boolean holds(ClaimValue value) {
			return value instanceof StringValue string && string.value().startsWith(this.prefix);
		}

		@Override
		public String toString() {
			return call("Prefix", this.path, this.prefix);
		}

	}

	/** A string has the text in it, or an array has it as an element. */
	record Contains(ClaimPath path, String part) implements ClaimTest {

		@Override
		public boolean holds(ClaimValue value) {
			if (value instanceof ArrayValue array) {
				return array.contains(this.part);
			}
			return value instanceof StringValue string && string.value().contains(this.part);
		}

		@Override
		public String toString() {
			return call("Contains", this.path, this.part);
		}

	}

	/** A string has the text between separators, and perhaps white space about it. */
	record SplitContains(ClaimPath path, String separator, String part) implements ClaimTest {

		@Override
		public boolean holds(ClaimValue value) {
			return value instanceof StringValue string && hasPart(string.value());
		}

		private boolean hasPart(String text) {
			int start = 0;
			for (int end = text.indexOf(this.separator); end >= 0; end = text.indexOf(this.separator, start)) {
				if (isPart(text, start, end)) {
					return true;
				}
				start = end + this.separator.length();
			}
			return isPart(text, start, text.length());
		}

		private boolean isPart(String text, int start, int end) {
			int from = start;
			int to = end;
			while (from < to && Character.isWhitespace(text.charAt(from))) {
				from++;
			}
			while (from < to && Character.isWhitespace(text.charAt(to - 1))) {
				to--;
			}
			return to - from == this.part.length() && text.startsWith(this.part, from);
		}

		@Override
		public String toString() {
			return call("SplitContains", this.path, this.separator, this.part);
		}

	}

	/** A string, number or boolean, or an element of an array, has one of the texts. */
	record OneOf(ClaimPath path, List<String> values) implements ClaimTest {

		@Override
		public boolean holds(ClaimValue value) {
			for (int i = 0; i < this.values.size(); i++) {
				if (isOrContains(value, this.values.get(i))) {
					return true;
				}
			}
			return false;
		}

		private static boolean isOrContains(ClaimValue value, String text) {
			return (value instanceof ArrayValue array) ? array.contains(text) : text.equals(value.scalar());
		}

		@Override
		public String toString() {
			return call("OneOf", Stream.concat(Stream.of(this.path), this.values.stream()).toArray());
		}

	}

}
