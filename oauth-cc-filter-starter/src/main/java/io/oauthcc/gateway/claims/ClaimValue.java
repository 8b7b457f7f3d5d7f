package io.oauthcc.gateway.claims;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * The value of a claim (RFC 8259, section 3). Immutable; {@code toString} names the kind
 * and never shows the value.
 */
sealed interface ClaimValue {

	/**
	 * The value as expressions compare it.
	 * @return the string itself, the JSON text of a number or boolean, or {@code null}
	 * for everything else
	 */
	default @Nullable String scalar() {
		return null;
	}

	/**
	 * The value as a header carries it.
	 * @return the text, not yet encoded for a header
	 */
	default String text() {
		return json();
	}

	/**
	 * The value as compact JSON.
	 * @return JSON in visible ASCII alone
	 */
	default String json() {
		StringBuilder json = new StringBuilder();
		appendJson(json);
		return json.toString();
	}

	void appendJson(StringBuilder json);

	record StringValue(String value) implements ClaimValue {

		@Override
		public String scalar() {
			return this.value;
		}

		@Override
		public String text() {
			return this.value;
		}

		@Override
		public void appendJson(StringBuilder json) {
			JsonStrings.append(this.value, json);
		}

		@Override
		public String toString() {
			return "string";
		}

	}

	/**
	 * A number or a boolean, which are the same to all that ask for them: JSON text.
	 *
	 * @param literal the text as it stands in the token, so that 1, 1.0 and 1e0 differ
	 */
	record LiteralValue(String literal) implements ClaimValue {

		@Override
		public String scalar() {
			return this.literal;
		}

		@Override
		public void appendJson(StringBuilder json) {
			json.append(this.literal);
		}

		@Override
		public String toString() {
			return "number or boolean";
		}

	}

	enum NullValue implements ClaimValue {

		NULL;

		@Override
		public String text() {
			return "";
		}

		@Override
		public void appendJson(StringBuilder json) {
			json.append("null");
		}

		@Override
		public String toString() {
			return "null";
		}

	}

	/**
	 * An array.
	 *
	 * @param elements the elements; not to be changed
	 */
	record ArrayValue(List<ClaimValue> elements) implements ClaimValue {

		/** Whether a string, number or boolean among the elements has the text. */
		boolean contains(String text) {
			for (int i = 0; i < this.elements.size(); i++) {
				if (text.equals(this.elements.get(i).scalar())) {
					return true;
				}
			}
			return false;
		}

		@Override
		public String text() {
			StringJoiner text = new StringJoiner(",");
			this.elements.forEach((element) -> text.add(textOf(element)));
			return text.toString();
		}

		/** An array within an array is JSON: its commas would be taken for those. */
		private static String textOf(ClaimValue element) {
			return (element instanceof ArrayValue) ? element.json() : element.text();
		}

		@Override
		public void appendJson(StringBuilder json) {
			String separator = "";
			json.append('[');
			for (ClaimValue element : this.elements) {
				element.appendJson(json.append(separator));
				separator = ",";
			}
			json.append(']');
		}

		@Override
		public String toString() {
			return "array";
		}

	}

	/**
	 * An object.
	 *
	 * @param members the members as they are ordered in the token; not to be changed
	 */
	record ObjectValue(Map<String, ClaimValue> members) implements ClaimValue {

		@Override
		public void appendJson(StringBuilder json) {
			String separator = "";
			json.append('{');
			for (Map.Entry<String, ClaimValue> member : this.members.entrySet()) {
				JsonStrings.append(member.getKey(), json.append(separator));
				member.getValue().appendJson(json.append(':'));
				separator = ",";
			}
			json.append('}');
		}

		@Override
		public String toString() {
			return "object";
		}

	}

}
