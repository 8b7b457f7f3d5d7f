package io.oauthcc.gateway.filter;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells the operator of definitions that were found wrong while the gateway runs, of each
 * once: routes are made anew at each refresh, which may be every few seconds.
 */
final class DefinitionLog {

	private static final Log logger = LogFactory.getLog(DefinitionLog.class);

	private static final int MAXIMUM_LOGGED = 1000;

	private final Set<String> logged = ConcurrentHashMap.newKeySet();

	void error(String consequence, List<InvalidDefinition> definitions) {
		if (this.logged.size() >= MAXIMUM_LOGGED) {
			this.logged.clear();
		}
		String report = consequence + "\n\n" + DefinitionReport.of(definitions);
		if (this.logged.add(report)) {
			logger.error(report);
		}
	}

	/** Something has changed: what is wrong now is to be told, though it was before. */
	void reset() {
		this.logged.clear();
	}

}
