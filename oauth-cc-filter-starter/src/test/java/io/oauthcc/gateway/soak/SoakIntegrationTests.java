package io.oauthcc.gateway.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway of its own process under load for as long as one likes: while everything
 * around it fails now and then, no token is wrong and no request fails without a cause,
 * and afterwards it holds no more than before.
 */
@Tag("soak")
class SoakIntegrationTests {

	@Test
	void gatewayWhenDisturbedForLongThenNoTokenIsWrongAndNothingIsLeft() throws IOException {
		try (Soak soak = new Soak(SoakSettings.ofProperties())) {
			SoakReport report = soak.run();
			System.out.println(report.table());
			Path target = Path.of("target");
			Files.writeString(target.resolve("soak.md"), report.table());
			Files.writeString(target.resolve("soak-gateway.log"), report.log());
			Files.writeString(target.resolve("soak-heap.txt"),
					report.histogram().lines().limit(60).collect(Collectors.joining("\n")));
			assertThat(report.findings()).isEmpty();
		}
	}

}
