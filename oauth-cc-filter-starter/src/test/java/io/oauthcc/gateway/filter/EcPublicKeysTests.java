package io.oauthcc.gateway.filter;

import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;

import io.oauthcc.gateway.fixture.ClientKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EcPublicKeys}.
 */
class EcPublicKeysTests {

	/** Of two points one is right, so a single key would tell little. */
	@ParameterizedTest
	@ValueSource(strings = { "secp256r1", "secp384r1", "secp521r1" })
	void ofWhenPrivateKeyThenItsPublicKey(String curve) throws Exception {
		for (int i = 0; i < 10; i++) {
			KeyPair pair = ClientKeys.ec(curve);
			assertThat(EcPublicKeys.of((ECPrivateKey) pair.getPrivate())).isEqualTo(pair.getPublic());
		}
	}

}
