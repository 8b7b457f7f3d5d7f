package io.oauthcc.gateway.autoconfigure;

import java.util.stream.Collectors;

import io.oauthcc.gateway.filter.InvalidDefinition;
import io.oauthcc.gateway.filter.InvalidDefinitionException;
import io.oauthcc.gateway.filter.OptionError;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong with the definitions of the filter {@code OAuthClientCredentials},
 * and what to do.
 */
final class InvalidDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<InvalidDefinitionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidDefinitionException cause) {
		String description = cause.getDefinitions()
			.stream()
			.map(InvalidDefinitionFailureAnalyzer::describe)
			.collect(Collectors.joining("%n%n".formatted()));
		String action = cause.getDefinitions()
			.stream()
			.flatMap((definition) -> definition.errors()
				.stream()
				.map((error) -> "%s, %s: %s".formatted(definition.place(), error.option(), error.action())))
			.collect(Collectors.joining("%n    ".formatted(), "Correct the configuration:%n%n    ".formatted(), ""));
		return new FailureAnalysis(description, action, cause);
	}

	private static String describe(InvalidDefinition definition) {
		return definition.errors()
			.stream()
			.map(InvalidDefinitionFailureAnalyzer::describe)
			.collect(Collectors.joining("%n    ".formatted(),
					"The filter OAuthClientCredentials of %s cannot work:%n%n    ".formatted(definition.place()), ""));
	}

	private static String describe(OptionError error) {
		return "%s: %s".formatted(error.option(), error.problem());
	}

}
