package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Uses of the filter that cannot work, with all their errors. Holds no secret.
 */
public class InvalidDefinitionException extends RuntimeException {

	private final List<InvalidDefinition> definitions;

	/**
	 * Create an exception.
	 * @param definitions what is wrong, not empty
	 */
	public InvalidDefinitionException(List<InvalidDefinition> definitions) {
		super(describe(definitions));
		this.definitions = List.copyOf(definitions);
	}

	/**
	 * What is wrong.
	 * @return all definitions that cannot work
	 */
	public List<InvalidDefinition> getDefinitions() {
		return this.definitions;
	}

	private static String describe(List<InvalidDefinition> definitions) {
		return definitions.stream()
			.map((definition) -> "OAuthClientCredentials of %s: %s".formatted(definition.place(),
					definition.errors()
						.stream()
						.map((error) -> "%s: %s".formatted(error.option(), error.problem()))
						.collect(Collectors.joining("; "))))
			.collect(Collectors.joining("\n"));
	}

}
