package io.oauthcc.gateway.claims;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The semantics of expressions, written for reading rather than speed: a second opinion.
 * Claims are maps, lists, strings and {@link Literal}s; absent and {@code null} are one.
 */
sealed interface NaiveExpression {

	boolean evaluate(Map<String, ?> claims);

	record And(NaiveExpression left, NaiveExpression right) implements NaiveExpression {

		@Override
		public boolean evaluate(Map<String, ?> claims) {
			return this.left.evaluate(claims) && this.right.evaluate(claims);
		}

	}

	record Or(NaiveExpression left, NaiveExpression right) implements NaiveExpression {

		@Override
		public boolean evaluate(Map<String, ?> claims) {
			return this.left.evaluate(claims) || this.right.evaluate(claims);
		}

	}

	record Not(NaiveExpression term) implements NaiveExpression {

		@Override
		public boolean evaluate(Map<String, ?> claims) {
			return !this.term.evaluate(claims);
		}

	}

	/**
	 * A call of a function.
	 *
	 * @param function the name
	 * @param names the path, as names that nothing is escaped in
	 * @param arguments the other arguments
	 */
	record Call(String function, List<String> names, List<String> arguments) implements NaiveExpression {

		@Override
		public boolean evaluate(Map<String, ?> claims) {
			Object claim = find(claims, this.names);
			String value = this.arguments.get(this.arguments.size() - 1);
			return switch (this.function) {
				case "Equals" -> texts(claim).anyMatch(value::equals) && !(claim instanceof List);
				case "Prefix" -> claim instanceof String string && string.regionMatches(0, value, 0, value.length());
				case "Contains" -> (claim instanceof String string) ? string.indexOf(value) >= 0
						: claim instanceof List && texts(claim).anyMatch(value::equals);
				case "SplitContains" ->
					claim instanceof String string && Stream.of(string.split(Pattern.quote(this.arguments.get(0)), -1))
						.map(String::strip)
						.anyMatch(value::equals);
				case "OneOf" -> texts(claim).anyMatch(this.arguments::contains);
				default -> throw new IllegalArgumentException(this.function);
			};
		}

		private static @Nullable Object find(Map<String, ?> claims, List<String> names) {
			Object claim = claims.get(names.get(0));
			if (names.size() == 1) {
				return claim;
			}
			return (claim instanceof Map<?, ?> object) ? find(members(object), names.subList(1, names.size())) : null;
		}

		@SuppressWarnings("unchecked")
		private static Map<String, ?> members(Map<?, ?> object) {
			return (Map<String, ?>) object;
		}

		private static Stream<String> texts(@Nullable Object claim) {
			if (claim instanceof List<?> list) {
				return list.stream().filter((element) -> !(element instanceof List)).flatMap(Call::texts);
			}
			return (claim instanceof String || claim instanceof Literal) ? Stream.of(claim.toString()) : Stream.empty();
		}

	}

	/**
	 * A number or a boolean.
	 *
	 * @param json as JSON writes it
	 */
	record Literal(String json) {

		@Override
		public String toString() {
			return this.json;
		}

	}

}
