package io.oauthcc.gateway.claims;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads an expression by recursive descent: {@code !} binds closer than {@code &&}, and
 * that than {@code ||}. Recurses into {@code !} and parentheses alone, so the depth is
 * bounded by theirs.
 */
final class ExpressionParser {

	static final int MAXIMUM_LENGTH = 4096;

	/** Of negations and parentheses within each other. */
	static final int MAXIMUM_DEPTH = 32;

	private final ExpressionScanner scanner;

	private ExpressionParser(String source) {
		this.scanner = new ExpressionScanner(source);
	}

	static Node parse(String source) {
		if (source.length() > MAXIMUM_LENGTH) {
			throw new InvalidClaimsExpressionException(
					"expected at most %d characters but found %d".formatted(MAXIMUM_LENGTH, source.length()), source,
					MAXIMUM_LENGTH);
		}
		return new ExpressionParser(source).whole();
	}

	private Node whole() {
		Node expression = disjunction(0);
		if (!this.scanner.atEnd()) {
			throw this.scanner.unexpected("'&&', '||' or the end");
		}
		return expression;
	}

	private Node disjunction(int depth) {
		List<Node> terms = new ArrayList<>();
		do {
			terms.add(conjunction(depth));
		}
		while (this.scanner.accept("||"));
		return (terms.size() > 1) ? new Node.Or(List.copyOf(terms)) : terms.get(0);
	}

	private Node conjunction(int depth) {
		List<Node> terms = new ArrayList<>();
		do {
			terms.add(term(depth));
		}
		while (this.scanner.accept("&&"));
		return (terms.size() > 1) ? new Node.And(List.copyOf(terms)) : terms.get(0);
	}

	private Node term(int depth) {
		int start = this.scanner.next();
		if (this.scanner.accept("!")) {
			return new Node.Not(term(deeper(depth, start)));
		}
		return this.scanner.accept("(") ? group(deeper(depth, start)) : function();
	}

	private int deeper(int depth, int position) {
		if (depth == MAXIMUM_DEPTH) {
			throw this.scanner.invalid("expected at most %d '!' and '(' within each other".formatted(MAXIMUM_DEPTH),
					position);
		}
		return depth + 1;
	}

	private Node group(int depth) {
		Node inner = disjunction(depth);
		if (!this.scanner.accept(")")) {
			throw this.scanner.unexpected("'&&', '||' or ')'");
		}
		return inner;
	}

	private ClaimTest function() {
		int start = this.scanner.next();
		String name = this.scanner.name("a function, '!' or '('");
		ClaimFunction function = ClaimFunction.named(name);
		if (function == null) {
			throw this.scanner.invalid("unknown function '%s', %s".formatted(ExpressionScanner.abbreviate(name),
					ClaimFunction.suggestionFor(name)), start);
		}
		if (!this.scanner.accept("(")) {
			throw unexpected("'('", function);
		}
		return call(function);
	}

	private ClaimTest call(ClaimFunction function) {
		ClaimPath path = this.scanner.argument().path();
		List<Argument> values = new ArrayList<>();
		while (!(function.mayEnd(values.size()) && this.scanner.accept(")"))) {
			if (!(function.mayFollow(values.size()) && this.scanner.accept(","))) {
				throw unexpected(expectedAfter(values.size(), function), function);
			}
			values.add(this.scanner.argument());
		}
		return function.create(path, values);
	}

	private static String expectedAfter(int values, ClaimFunction function) {
		if (!function.mayEnd(values)) {
			return "','";
		}
		return function.mayFollow(values) ? "',' or ')'" : "')'";
	}

	private InvalidClaimsExpressionException unexpected(String expected, ClaimFunction function) {
		return this.scanner.unexpected("%s as in %s".formatted(expected, function.usage()));
	}

}
