package io.oauthcc.gateway.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ClientCredentials}.
 */
class ClientCredentialsTests {

	@ParameterizedTest
	@CsvSource({ "id, secret", "id, ''", "id, se:cr:et", "i:d, secret", "jürgen, пароль", "i, 🔑" })
	void ofThenBothAsGiven(String clientId, String clientSecret) {
		ClientCredentials configured = ClientCredentials.of(clientId, clientSecret);
		assertThat(configured.clientId()).isEqualTo(clientId);
		assertThat(configured.clientSecret()).isEqualTo(clientSecret);
		assertThat(configured.isCaller()).isFalse();
		assertThat(configured.authorization()).isNull();
		ClientCredentials caller = ClientCredentials.ofCaller(clientId, clientSecret, "Basic x");
		assertThat(caller.clientId()).isEqualTo(clientId);
		assertThat(caller.clientSecret()).isEqualTo(clientSecret);
		assertThat(caller.isCaller()).isTrue();
		assertThat(caller.authorization()).isEqualTo("Basic x");
	}

	@Test
	void ofCallerWhenItsBytesAreWithinOthersThenThoseAlone() {
		byte[] bytes = "before id:secret after".getBytes(StandardCharsets.UTF_8);
		ClientCredentials part = ClientCredentials.ofCaller(ByteBuffer.wrap(bytes, 7, 9), 9, "Basic x");
		assertThat(part.clientId()).isEqualTo("id");
		assertThat(part.clientSecret()).isEqualTo("secret");
		ClientCredentials slice = ClientCredentials.ofCaller(ByteBuffer.wrap(bytes, 7, 9).slice(), 2, "Basic x");
		assertThat(slice.clientId()).isEqualTo("id");
		assertThat(slice.clientSecret()).isEqualTo("secret");
		TokenKeyGenerator keys = new TokenKeyGenerator();
		AccessTokenRequests requests = keys.requestsOf(TestGrants.grant().build());
		assertThat(requests.with(part).key()).isEqualTo(requests.with(slice).key())
			.isEqualTo(requests.with(ClientCredentials.ofCaller("id", "secret", "Basic y")).key());
	}

	@Test
	void ofWhenClientIdIsEmptyThenRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> ClientCredentials.of("", "hush-secret"))
			.withMessageContaining("clientId: empty")
			.withMessageNotContaining("hush");
		assertThatIllegalArgumentException().isThrownBy(() -> ClientCredentials
			.ofCaller(ByteBuffer.wrap(":hush".getBytes(StandardCharsets.UTF_8)), 0, "Basic x"));
	}

	@Test
	void toStringThenOnlyWhereTheyAreFrom() {
		assertThat(ClientCredentials.of("hush-id", "hush-secret")).hasToString("ClientCredentials[configured]");
		assertThat(ClientCredentials.ofCaller("hush-id", "hush-secret", "Basic hush"))
			.hasToString("ClientCredentials[of a caller]");
	}

}
