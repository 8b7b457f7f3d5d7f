package io.oauthcc.gateway.filter;

import java.util.List;

/**
 * A middleware that cannot work now, since secrets that its options refer to are not
 * there, or not as they can be used.
 *
 * @param missing what is missing or wrong
 * @param isApplicationLevel whether callers bring the credentials
 * @param secrets the secrets that its options refer to
 */
record MissingSecrets(List<OptionError> missing, boolean isApplicationLevel,
		ReferencedSecrets secrets) implements MiddlewareState {

	MissingSecrets {
		missing = List.copyOf(missing);
	}

	/** The same middleware, of which something else is known now. */
	MissingSecrets because(List<OptionError> wrong) {
		return new MissingSecrets(wrong, this.isApplicationLevel, this.secrets);
	}

	@Override
	public String toString() {
		return "lacks " + this.missing.stream().map(OptionError::option).toList();
	}

}
