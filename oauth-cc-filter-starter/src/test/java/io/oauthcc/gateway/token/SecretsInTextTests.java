package io.oauthcc.gateway.token;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what may end up in a log or a debugger tells nothing secret.
 */
class SecretsInTextTests {

	private static final String SECRET = "hush";

	@Test
	void toStringWhenConfiguredCredentialsThenNothingOfThem() {
		assertThat(ClientCredentials.of("id-" + SECRET, SECRET)).hasToString("ClientCredentials[configured]");
	}

	@Test
	void toStringWhenCallersCredentialsThenNothingOfThem() {
		assertThat(ClientCredentials.ofCaller("id-" + SECRET, SECRET, "Basic " + SECRET))
			.hasToString("ClientCredentials[of a caller]");
	}

	@Test
	void toStringWhenSigningKeyThenNothingOfIt() {
		SigningKey key = new SigningKey(
				new OctetSequenceKey.Builder(SECRET.getBytes(StandardCharsets.UTF_8)).keyID(SECRET)
					.algorithm(JWSAlgorithm.HS256)
					.build());
		assertThat(key).hasToString("SigningKey[]");
		assertThat(ClientCredentials.of("id-" + SECRET, key)).hasToString("ClientCredentials[configured]");
	}

	@Test
	void toStringWhenTokenThenTimesAlone() {
		AccessToken token = new AccessToken(SECRET, Set.of("read"), MutableClock.START,
				MutableClock.START.plusSeconds(60), MutableClock.START.plusSeconds(54));
		assertThat(token).hasToString("AccessToken[issuedAt=2026-01-31T12:00:00Z, expiresAt=2026-01-31T12:01:00Z]");
	}

	@Test
	void toStringWhenResponseThenAllButTheToken() {
		assertThat(new AccessTokenResponse(SECRET, Duration.ofSeconds(60), Set.of("read")))
			.hasToString("AccessTokenResponse[expiresIn=PT1M, scopes=[read]]");
	}

	@Test
	void toStringWhenGrantThenNameAlone() {
		ClientCredentialsGrant grant = TestGrants.grant()
			.tokenUri("https://idp.example/token?key=" + SECRET)
			.parameters(Map.of("password", SECRET))
			.headers(Map.of("x-api-key", SECRET))
			.build();
		assertThat(grant).hasToString("ClientCredentialsGrant[name=orders]");
	}

	@Test
	void toStringWhenRequestThenNothingSecret() {
		ClientCredentialsGrant grant = TestGrants.grant().parameters(Map.of("password", SECRET)).build();
		AccessTokenRequest request = new TokenKeyGenerator().requestsOf(grant)
			.with(ClientCredentials.ofCaller("id-" + SECRET, SECRET, "Basic " + SECRET));
		assertThat(request.toString()).contains("orders").doesNotContain(SECRET);
	}

	@Test
	void toStringWhenKeyThenOnlyAPartOfIt() {
		assertThat(new TokenKey(0xabcdL, 1, 2, 3)).hasToString("TokenKey[abcd]");
	}

	@Test
	void equalsWhenCredentialsOrTokensAlikeThenDifferent() {
		assertThat(ClientCredentials.of("id", SECRET)).isNotEqualTo(ClientCredentials.of("id", SECRET));
		assertThat(token()).isNotEqualTo(token());
	}

	private static AccessToken token() {
		return new AccessToken(SECRET, null, MutableClock.START, MutableClock.START, MutableClock.START);
	}

}
