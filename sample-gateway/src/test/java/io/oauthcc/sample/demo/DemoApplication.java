package io.oauthcc.sample.demo;

import org.springframework.core.NestedExceptionUtils;

/**
 * Starts the demo; {@code spring-boot:test-run} finds it as the only main class among the
 * tests.
 */
public final class DemoApplication {

	private DemoApplication() {
	}

	public static void main(String[] args) {
		try {
			announce(Demo.start(DemoPorts.ofSystemProperties()));
		}
		catch (IllegalStateException ex) {
			System.err.printf("%n%s: %s%n", ex.getMessage(),
					NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
			System.exit(1);
		}
	}

	private static void announce(Demo demo) {
		System.out.printf("%nThe demo runs; Ctrl-C ends it. Try:%n%n");
		demo.requests().forEach((request) -> System.out.println("  " + request));
		System.out.println();
	}

}
