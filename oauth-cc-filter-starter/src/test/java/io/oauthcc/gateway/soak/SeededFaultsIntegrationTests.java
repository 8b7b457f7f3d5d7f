package io.oauthcc.gateway.soak;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A soak finds what it is there to find, within seconds, and nothing where there is
 * nothing.
 */
@Tag("soak")
class SeededFaultsIntegrationTests {

	@Test
	void soakWhenNothingIsSeededThenNothingIsFound() {
		assertThat(findings()).isEmpty();
	}

	@Test
	void soakWhenConnectionsAreKeptThenFound() {
		assertThat(findings(SeededFaults.KeptConnections.class))
			.anyMatch((finding) -> finding.startsWith("connections.service: "))
			.anyMatch((finding) -> finding.startsWith("descriptors: "));
	}

	@Test
	void soakWhenBuffersAreLostThenFound() {
		assertThat(findings(SeededFaults.LostBuffers.class))
			.anyMatch((finding) -> finding.contains("buffers were lost"));
	}

	@Test
	void soakWhenTokensAreFoundWithoutSecretThenFound() {
		assertThat(findings(SeededFaults.KeyWithoutSecret.class))
			.anyMatch((finding) -> finding.contains("wrong tokens: [of another: "));
	}

	@Test
	void soakWhenRequestsFailWithoutCauseThenFound() {
		assertThat(findings(SeededFaults.Errors.class)).anyMatch(
				(finding) -> finding.contains("requests failed without a cause: [") && finding.contains(": 503 "));
	}

	private static List<String> findings(Class<?>... faults) {
		try (Soak soak = new Soak(SoakSettings.small(), faults)) {
			return soak.run().findings();
		}
	}

}
