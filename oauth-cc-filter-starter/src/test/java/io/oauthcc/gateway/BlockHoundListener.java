package io.oauthcc.gateway;

import java.lang.management.ManagementFactory;

import org.junit.platform.launcher.TestExecutionListener;
import reactor.blockhound.BlockHound;

/**
 * Has BlockHound watch each JVM that is started for tests. Not Maven's own, in which
 * Failsafe looks for tests before it gives them to several.
 */
public final class BlockHoundListener implements TestExecutionListener {

	private static final String NEEDED = "-XX:+AllowRedefinitionToAddDeleteMethods";

	public BlockHoundListener() {
		if (ManagementFactory.getRuntimeMXBean().getInputArguments().contains(NEEDED)) {
			BlockHound.install();
		}
	}

}
