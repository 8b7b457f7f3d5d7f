package io.oauthcc.sample.demo;

import java.util.stream.Stream;

import org.springframework.core.NestedExceptionUtils;

/**
 * Starts the demo; {@code spring-boot:test-run} finds it as the only main class among the
 * tests.
 */
public final class DemoApplication {

	/** So that nobody waits long to see a token renewed. */
	private static final String[] SHORT_LIVES = Stream.of("demo-application", "demo-gateway")
		.map("spring.security.oauth2.authorizationserver.client.%s.token.access-token-time-to-live=60s"::formatted)
		.toArray(String[]::new);

	private DemoApplication() {
	}

	public static void main(String[] args) {
		try {
			announce(Demo.start(DemoPorts.ofSystemProperties(), SHORT_LIVES));
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
		System.out.printf("%nor all of it in a browser: %s%n%n", demo.pageUrl());
	}

}
