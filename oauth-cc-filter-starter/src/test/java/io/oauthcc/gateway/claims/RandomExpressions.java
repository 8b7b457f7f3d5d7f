package io.oauthcc.gateway.claims;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Draws expressions and claims from few names and values, so that they often meet; and
 * writes them as users and token issuers might.
 */
final class RandomExpressions {

	private static final List<String> NAMES = List.of("a", "b", "a.b", "a\\b", "ü");

	private static final List<String> TEXTS = List.of("x", "y", "xy", "x y", " y", "x,y", "x, y ,z", "zyyx", "yyyx",
			"1", "1.0", "true", "null", "", "ü");

	private static final List<String> LITERALS = List.of("1", "1.0", "1e0", "-0", "true", "false");

	/** Values that a {@code SplitContains} with these separators takes. */
	private static final List<String> PARTS = List.of("x", "yx", "y", "xy", "1", "true", "ü");

	private static final List<String> SEPARATORS = List.of(" ", ",", ", ", "yy");

	private static final List<String> WHITE_SPACE = List.of("", "", " ", "\n", "\t ", "\r\n");

	private final Random random;

	RandomExpressions(long seed) {
		this.random = new Random(seed);
	}

	NaiveExpression expression(int depth) {
		return switch ((depth > 0) ? this.random.nextInt(5) : 4) {
			case 0 -> new NaiveExpression.Not(expression(depth - 1));
			case 1 -> new NaiveExpression.And(expression(depth - 1), expression(depth - 1));
			case 2, 3 -> new NaiveExpression.Or(expression(depth - 1), expression(depth - 1));
			default -> call();
		};
	}

	private NaiveExpression.Call call() {
		List<String> names = several(NAMES, 1 + this.random.nextInt(2));
		List<String> filled = TEXTS.stream().filter((text) -> !text.isEmpty()).toList();
		return switch (this.random.nextInt(5)) {
			case 0 -> new NaiveExpression.Call("Equals", names, several(TEXTS, 1));
			case 1 -> new NaiveExpression.Call("Prefix", names, several(filled, 1));
			case 2 -> new NaiveExpression.Call("Contains", names, several(filled, 1));
			case 3 -> new NaiveExpression.Call("SplitContains", names, List.of(any(SEPARATORS), any(PARTS)));
			default -> new NaiveExpression.Call("OneOf", names, several(TEXTS, 1 + this.random.nextInt(4)));
		};
	}

	Map<String, Object> claims(int depth) {
		Map<String, Object> claims = new LinkedHashMap<>();
		NAMES.forEach((name) -> {
			if (this.random.nextInt(5) > 0) {
				claims.put(name, value(depth));
			}
		});
		return claims;
	}

	private @Nullable Object value(int depth) {
		return switch (this.random.nextInt((depth > 0) ? 9 : 5)) {
			case 0 -> null;
			case 1 -> new NaiveExpression.Literal(any(LITERALS));
			case 2, 3, 4 -> any(TEXTS);
			case 5, 6 -> claims(depth - 1);
			default -> elements(depth - 1);
		};
	}

	private List<@Nullable Object> elements(int depth) {
		List<@Nullable Object> elements = new ArrayList<>();
		for (int i = this.random.nextInt(4); i > 0; i--) {
			elements.add(value(depth));
		}
		return elements;
	}

	/** The expression with parentheses where it needs them, and at times elsewhere. */
	String write(NaiveExpression expression) {
		if (this.random.nextInt(8) == 0) {
			return symbols("(", write(expression), ")");
		}
		if (expression instanceof NaiveExpression.Or or) {
			return symbols(write(or.left()), "||", write(or.right()));
		}
		if (expression instanceof NaiveExpression.And and) {
			return symbols(factor(and.left()), "&&", factor(and.right()));
		}
		if (expression instanceof NaiveExpression.Not not) {
			return symbols("!", (not.term() instanceof NaiveExpression.And) ? symbols("(", write(not.term()), ")")
					: factor(not.term()));
		}
		return write((NaiveExpression.Call) expression);
	}

	private String factor(NaiveExpression expression) {
		return (expression instanceof NaiveExpression.Or) ? symbols("(", write(expression), ")") : write(expression);
	}

	private String write(NaiveExpression.Call call) {
		List<String> symbols = new ArrayList<>(List.of(call.function(), "(", quote(key(call.names()))));
		for (String argument : call.arguments()) {
			symbols.addAll(List.of(",", quote(argument)));
		}
		symbols.add(")");
		return symbols(symbols.toArray(String[]::new));
	}

	private static String key(List<String> names) {
		return names.stream()
			.map((name) -> name.replace("\\", "\\\\").replace(".", "\\."))
			.collect(Collectors.joining("."));
	}

	private static String quote(String argument) {
		return "`" + argument + "`";
	}

	private String symbols(String... symbols) {
		StringBuilder text = new StringBuilder();
		for (String symbol : symbols) {
			text.append(any(WHITE_SPACE)).append(symbol).append(any(WHITE_SPACE));
		}
		return text.toString();
	}

	String json(@Nullable Object value) {
		if (value instanceof Map<?, ?> object) {
			return object.entrySet()
				.stream()
				.map((member) -> symbols(json(member.getKey()), ":", json(member.getValue())))
				.collect(Collectors.joining(",", "{", "}"));
		}
		if (value instanceof List<?> list) {
			return list.stream().map(this::json).collect(Collectors.joining(",", "[", "]"));
		}
		return (value instanceof String text) ? "\"" + text.replace("\\", "\\\\") + "\"" : String.valueOf(value);
	}

	private List<String> several(List<String> choices, int count) {
		return this.random.ints(count, 0, choices.size()).mapToObj(choices::get).toList();
	}

	private String any(List<String> choices) {
		return choices.get(this.random.nextInt(choices.size()));
	}

}
