package io.oauthcc.sample;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a query in PromQL, or a text about its result, names.
 *
 * @param place where it stands
 * @param text the query
 */
record Query(String place, String text) {

	private static final Pattern SELECTOR = Pattern.compile("\\b(oauthcc[_:][\\w:]+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");

	private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^)]*)\\)");

	private static final Pattern VALUES_OF_VARIABLE = Pattern.compile("label_values\\(.*,\\s*(\\w+)\\)");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*}}");

	/** The metrics. */
	Set<String> metrics() {
		return selectors().keySet();
	}

	/** The labels by which each metric is selected. */
	Map<String, Set<String>> selectors() {
		Map<String, Set<String>> selectors = new LinkedHashMap<>();
		SELECTOR.matcher(this.text)
			.results()
			.forEach((selector) -> selectors.computeIfAbsent(selector.group(1), (name) -> new LinkedHashSet<>())
				.addAll((selector.group(2) != null) ? matchers(selector.group(2)).keySet() : Set.of()));
		return selectors;
	}

	/** The values that labels are compared with, without variables. */
	Map<String, Set<String>> values() {
		Map<String, Set<String>> values = matchers(this.text);
		values.values().forEach((ofLabel) -> ofLabel.removeIf((value) -> value.startsWith("$")));
		return values;
	}

	private static Map<String, Set<String>> matchers(String text) {
		Map<String, Set<String>> values = new LinkedHashMap<>();
		Matcher matcher = MATCHER.matcher(text);
		while (matcher.find()) {
			values.computeIfAbsent(matcher.group(1), (label) -> new LinkedHashSet<>())
				.addAll(Set.of(matcher.group(2).split("\\|", -1)));
		}
		return values;
	}

	/** The labels that its result is grouped by, or shown with. */
	Set<String> resultLabels() {
		Set<String> labels = new TreeSet<>();
		Stream.of(GROUPING, VALUES_OF_VARIABLE, PLACEHOLDER)
			.flatMap((pattern) -> pattern.matcher(this.text).results())
			.flatMap((match) -> Stream.of(match.group(1).split(",")))
			.map(String::strip)
			.forEach(labels::add);
		return labels;
	}

}
