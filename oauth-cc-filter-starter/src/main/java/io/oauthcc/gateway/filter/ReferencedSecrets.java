package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.oauthcc.gateway.secret.SecretName;

/**
 * The secrets that the options of a middleware refer to.
 *
 * @param names their names
 * @param references the references as they stand there, which are no secrets themselves
 * @param options the options whose value, or a part of it, came out of a secret
 */
record ReferencedSecrets(Set<SecretName> names, List<String> references, Set<String> options) {

	ReferencedSecrets {
		names = Set.copyOf(names);
		references = List.copyOf(new TreeSet<>(references));
		options = Set.copyOf(options);
	}

	/** Whether a list or a text holds something secret. */
	boolean isIn(String option) {
		return this.options.stream()
			.anyMatch((each) -> each.equals(option) || each.startsWith(option + "[") || each.startsWith(option + "."));
	}

}
