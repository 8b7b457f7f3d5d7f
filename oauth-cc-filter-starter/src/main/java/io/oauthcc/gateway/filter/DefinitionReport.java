package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells an operator what is wrong with definitions.
 */
final class DefinitionReport {

	private DefinitionReport() {
	}

	static String of(List<InvalidDefinition> definitions) {
		return definitions.stream().map(DefinitionReport::of).collect(Collectors.joining("\n\n"));
	}

	private static String of(InvalidDefinition definition) {
		return definition.errors()
			.stream()
			.map((error) -> "    %s: %s. %s".formatted(error.option(), error.problem(), error.action()))
			.collect(Collectors.joining("\n",
					"OAuthClientCredentials of %s cannot work:\n\n".formatted(definition.place()), ""));
	}

}
