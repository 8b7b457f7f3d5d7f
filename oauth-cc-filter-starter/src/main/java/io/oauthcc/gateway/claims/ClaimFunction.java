package io.oauthcc.gateway.claims;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The functions by name, and what they make of their arguments.
 */
enum ClaimFunction {

	EQUALS("Equals", 1, 1, "Equals(`key`, `value`)") {

		@Override
		ClaimTest create(ClaimPath path, List<Argument> values) {
			return new ClaimTest.Equals(path, values.get(0).text());
		}

	},

	PREFIX("Prefix", 1, 1, "Prefix(`key`, `value`)") {

		@Override
		ClaimTest create(ClaimPath path, List<Argument> values) {
			return new ClaimTest.Prefix(path, values.get(0).nonEmpty());
		}

	},

	CONTAINS("Contains", 1, 1, "Contains(`key`, `value`)") {

		@Override
		ClaimTest create(ClaimPath path, List<Argument> values) {
			return new ClaimTest.Contains(path, values.get(0).nonEmpty());
		}

	},

	SPLIT_CONTAINS("SplitContains", 2, 2, "SplitContains(`key`, `separator`, `value`)") {

		@Override
		ClaimTest create(ClaimPath path, List<Argument> values) {
			String separator = values.get(0).nonEmpty();
			String part = values.get(1).nonEmpty();
			// A part that no claim has would make the negation hold for every token.
			if (!part.equals(part.strip())) {
				throw values.get(1).invalid("expected a value without white space about it, as parts are trimmed");
			}
			if (part.contains(separator)) {
				throw values.get(1).invalid("expected a value without the separator in it");
			}
			return new ClaimTest.SplitContains(path, separator, part);
		}

	},

	ONE_OF("OneOf", 1, Integer.MAX_VALUE, "OneOf(`key`, `value`, …)") {

		@Override
		ClaimTest create(ClaimPath path, List<Argument> values) {
			return new ClaimTest.OneOf(path, values.stream().map(Argument::text).toList());
		}

	};

	private final String name;

	private final int minimum;

	private final int maximum;

	private final String usage;

	ClaimFunction(String name, int minimum, int maximum, String usage) {
		this.name = name;
		this.minimum = minimum;
		this.maximum = maximum;
		this.usage = usage;
	}

	/**
	 * Make the function's test.
	 * @param path the first argument
	 * @param values the other arguments, as many as {@link #mayFollow} and
	 * {@link #mayEnd} let through
	 * @return the test
	 */
	abstract ClaimTest create(ClaimPath path, List<Argument> values);

	/** Whether another argument may follow so many, the key not counted. */
	boolean mayFollow(int values) {
		return values < this.maximum;
	}

	/** Whether the call may end after so many arguments, the key not counted. */
	boolean mayEnd(int values) {
		return values >= this.minimum;
	}

	String usage() {
		return this.usage;
	}

	static @Nullable ClaimFunction named(String name) {
		return Arrays.stream(values()).filter((function) -> function.name.equals(name)).findFirst().orElse(null);
	}

	/** What a user may have meant by a name that is no function's. */
	static String suggestionFor(String name) {
		List<String> names = Arrays.stream(values()).map((function) -> function.name).toList();
		return names.stream()
			.min(Comparator.comparingInt((candidate) -> Spelling.distance(name, candidate)))
			.filter((candidate) -> Spelling.isSimilar(name, candidate))
			.map("did you mean '%s'?"::formatted)
			.orElseGet(() -> "expected " + String.join(", ", names));
	}

}
