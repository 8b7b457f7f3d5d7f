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
 */
record ReferencedSecrets(Set<SecretName> names, List<String> references) {

	ReferencedSecrets {
		names = Set.copyOf(names);
		references = List.copyOf(new TreeSet<>(references));
	}

}
