package io.oauthcc.gateway.claims;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A part of an expression. Immutable; {@code toString} is the part as a user could have
 * written it.
 */
sealed interface Node permits Node.And, Node.Or, Node.Not, ClaimTest {

	/** Whether the part holds. Throws nothing, whatever the claims are. */
	boolean test(Claims claims);

	/** Of a part that does not hold, the part of it that is enough for that. */
	default Node failingPart(Claims claims) {
		return this;
	}

	private static String join(List<Node> terms, String operator) {
		return terms.stream().map(Node::inParentheses).collect(Collectors.joining(operator));
	}

	private static String inParentheses(Node node) {
		return (node instanceof And || node instanceof Or) ? "(" + node + ")" : node.toString();
	}

	record And(List<Node> terms) implements Node {

		@Override
		public boolean test(Claims claims) {
			for (int i = 0; i < this.terms.size(); i++) {
				if (!this.terms.get(i).test(claims)) {
					return false;
				}
			}
			return true;
		}

		@Override
		public Node failingPart(Claims claims) {
			for (Node term : this.terms) {
				if (!term.test(claims)) {
					return term.failingPart(claims);
				}
			}
			return this;
		}

		@Override
		public String toString() {
			return join(this.terms, " && ");
		}

	}

	record Or(List<Node> terms) implements Node {

		@Override
		public boolean test(Claims claims) {
			for (int i = 0; i < this.terms.size(); i++) {
				if (this.terms.get(i).test(claims)) {
					return true;
				}
			}
			return false;
		}

		@Override
		public String toString() {
			return join(this.terms, " || ");
		}

	}

	record Not(Node term) implements Node {

		@Override
		public boolean test(Claims claims) {
			return !this.term.test(claims);
		}

		@Override
		public String toString() {
			return "!" + inParentheses(this.term);
		}

	}

}
