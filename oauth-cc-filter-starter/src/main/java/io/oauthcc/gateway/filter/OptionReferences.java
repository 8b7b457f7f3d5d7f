package io.oauthcc.gateway.filter;

import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.gateway.secret.FileSecretResolver;
import io.oauthcc.gateway.secret.InvalidSecretReferenceException;
import io.oauthcc.gateway.secret.SecretName;
import io.oauthcc.gateway.secret.SecretValue;
import io.oauthcc.gateway.secret.Secrets;

import org.springframework.util.StringUtils;

/**
 * Puts the values of secrets in the place of references to them, for the options of one
 * middleware. Each secret is looked at once, so that values of it belong together.
 */
final class OptionReferences {

	/** An option without a value would mean another thing: none at all. */
	private static final SecretValue.Missing EMPTY = new SecretValue.Missing("it is empty", "Write its value.");

	private final Secrets secrets;

	private final Secrets.View view;

	private final Predicate<String> admitted;

	private final Map<String, SecretValue.Missing> missing = new HashMap<>();

	private final Set<String> unresolved = new HashSet<>();

	private final Set<String> resolved = new HashSet<>();

	private final List<String> texts = new ArrayList<>();

	/**
	 * Create without any reference.
	 * @param secrets where the values come from
	 * @param admitted whether a reference may stand where these options do
	 */
	OptionReferences(Secrets secrets, Predicate<String> admitted) {
		this.secrets = secrets;
		this.view = secrets.view();
		this.admitted = admitted;
	}

	/**
	 * The value of an option, or of one element of it.
	 * @param option the option's name
	 * @param text what stands there
	 * @param errors is told of a reference that can have no value
	 * @return the value of the secret, or the same text
	 */
	String resolve(String option, String text, OptionErrors errors) {
		if (!this.secrets.isReference(text)) {
			return text;
		}
		if (!this.admitted.test(text)) {
			errors.add(option, "refers to a secret, which options that come while the gateway runs may not",
					"Refer to it below 'oauth-cc.middlewares', and name the middleware on the route.");
			return text;
		}
		try {
			return value(option, text);
		}
		catch (InvalidSecretReferenceException ex) {
			errors.add(option, "'%s' %s".formatted(text, ex.getMessage()), ex.getAction());
			return text;
		}
	}

	/** A path stands for the text of that file, as a reference to it does. */
	String resolveFile(String option, String path, OptionErrors errors) {
		if (this.secrets.isReference(path) || !StringUtils.hasText(path)) {
			return resolve(option, path, errors);
		}
		if (!new File(path).isAbsolute()) {
			// Not shown: it may be what belongs into the file.
			errors.add(option, "is no absolute path", "Name a file below 'oauth-cc.secrets.file-roots'.");
			return path;
		}
		return resolve(option, FileSecretResolver.PREFIX + path, errors);
	}

	/** One text with several values, some of which may be references. */
	String resolveWords(String option, String text, OptionErrors errors) {
		return Stream.of(StringUtils.tokenizeToStringArray(text, " "))
			.map((word) -> resolve(option, word, errors))
			.collect(Collectors.joining(" "));
	}

	private String value(String option, String text) {
		SecretValue value = this.view.value(text);
		this.texts.add(text);
		if (value instanceof SecretValue.Present present && StringUtils.hasText(present.text())) {
			this.resolved.add(option);
			return present.text();
		}
		this.missing.put(text, (value instanceof SecretValue.Missing missing) ? missing : EMPTY);
		this.unresolved.add(option);
		return text;
	}

	/** The references that have no value now, and why. */
	List<OptionError> missing() {
		return this.missing.entrySet()
			.stream()
			.map((entry) -> new OptionError(entry.getKey(), entry.getValue().reason(), entry.getValue().action()))
			.toList();
	}

	/** Whether an error is about an option whose value is not known now. */
	boolean concerns(OptionError error) {
		return isAbout(error, this.unresolved);
	}

	/** An error says what is wrong with a value, and may quote one that is secret. */
	OptionError withoutSecret(OptionError error) {
		return isAbout(error, this.resolved) ? new OptionError(error.option(),
				"cannot be used as it stands in the secret that it refers to", "Correct the secret, or the reference.")
				: error;
	}

	/** Whether the value of an option came out of a secret. */
	boolean isFromSecret(String option) {
		return this.resolved.contains(option);
	}

	private static boolean isAbout(OptionError error, Set<String> options) {
		return options.stream().anyMatch((option) -> isPart(option, error.option()) || isPart(error.option(), option));
	}

	private static boolean isPart(String option, String whole) {
		return option.startsWith(whole)
				&& (option.length() == whole.length() || ".[".indexOf(option.charAt(whole.length())) >= 0);
	}

	/** The secrets that were looked at. */
	ReferencedSecrets secrets() {
		return new ReferencedSecrets(this.view.secrets(), this.texts, this.resolved);
	}

}
