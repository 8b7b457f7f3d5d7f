package io.oauthcc.gateway.filter;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the operator which middleware lacks which secret: each once, until it is there.
 * Safe for use by many threads.
 */
final class MissingSecretsLog {

	private static final Log logger = LogFactory.getLog(MissingSecretsLog.class);

	private Set<String> told = Set.of();

	/**
	 * Compare with what was told last.
	 * @param lacking tells what is missing now
	 */
	synchronized void update(Supplier<List<InvalidDefinition>> lacking) {
		Set<String> missing = new HashSet<>();
		lacking.get()
			.forEach((middleware) -> middleware.errors()
				.forEach((error) -> missing.add("%s answers 503: %s: %s. %s".formatted(middleware.place(),
						error.option(), error.problem(), error.action()))));
		missing.stream().filter((line) -> !this.told.contains(line)).sorted().forEach(logger::warn);
		if (missing.isEmpty() && !this.told.isEmpty()) {
			logger.info("All secrets that were missing are there");
		}
		this.told = missing;
	}

}
