package io.oauthcc.gateway.filter;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.oauthcc.gateway.token.DpopKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.pem.PemContent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DpopOptionsChecker}. The key was made, and its thumbprint computed, by
 * other tools.
 */
class DpopOptionsCheckerTests {

	private static final String PKCS8 = """
			-----BEGIN PRIVATE KEY-----
			MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT9sKvzthHt+qMJQa
			2iMEY6q4ptKBs2gbr74nGFU+x8OhRANCAASz43t6vxTNjGLrcZQy5Y/n29Q5lmGS
			QunTmj9IyAYxd/0biF2GQ4rW0bhHbU+zH9NnsZ4cL03nnowMPw9vdCOl
			-----END PRIVATE KEY-----
			""";

	private static final String SEC1_WITHOUT_PUBLIC_PART = """
			-----BEGIN EC PRIVATE KEY-----
			MDECAQEEIE/bCr87YR7fqjCUGtojBGOquKbSgbNoG6++JxhVPsfDoAoGCCqGSM49
			AwEH
			-----END EC PRIVATE KEY-----
			""";

	private static final String JWK_TEXT = """
			{"kty":"EC","crv":"P-256","x":"s-N7er8UzYxi63GUMuWP59vUOZZhkkLp05o_SMgGMXc",
			 "y":"_RuIXYZDitbRuEdtT7Mf02exnhwvTeeejAw_D290I6U","d":"T9sKvzthHt-qMJQa2iMEY6q4ptKBs2gbr74nGFU-x8M",
			 "kid":"a","use":"sig","alg":"ES256"}
			""";

	private static final String THUMBPRINT = "5UMwknflXUwVWrPczfFIwn_joFLCJGQvEj70FeAV6NE";

	private static final DpopKey GATEWAY_KEY = DpopKey.generate();

	private final List<OptionError> errors = new ArrayList<>();

	@ParameterizedTest
	@ValueSource(strings = { PKCS8, SEC1_WITHOUT_PUBLIC_PART, JWK_TEXT })
	void keyWhenGivenInAnyFormThenItsThumbprint(String text) {
		assertThat(Objects.requireNonNull(key(true, text, true)).thumbprint()).isEqualTo(THUMBPRINT);
		assertThat(this.errors).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void keyWhenNoneOnThatCurveThenErrorWithoutIt(String text) {
		assertThat(key(true, text, false)).isNull();
		assertThat(this.errors).singleElement().satisfies((error) -> {
			assertThat(error.option()).isEqualTo("dpopKey");
			assertThat(error.toString()).doesNotContain(text).doesNotContain("hush");
		});
	}

	static List<String> unusable() throws JOSEException {
		JWK other = new ECKeyGenerator(Curve.P_384).generate();
		RSAKey rsa = new RSAKeyGenerator(2048).generate();
		ECKey key = new ECKeyGenerator(Curve.P_256).generate();
		ECKey mismatched = new ECKey.Builder(key).d(new ECKeyGenerator(Curve.P_256).generate().getD()).build();
		return List.of("hush", "{hush", "{\"kty\":\"oct\",\"k\":\"hush\"}", other.toJSONString(),
				key.toPublicJWK().toJSONString(), rsa.toJSONString(), pem(rsa.toPrivateKey().getEncoded()),
				pem(other.toECKey().toPrivateKey().getEncoded()), mismatched.toJSONString(),
				"-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----\n");
	}

	private static String pem(byte[] key) {
		String pem = "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
			.formatted(Base64.getMimeEncoder().encodeToString(key));
		assertThat(PemContent.of(pem).getPrivateKey()).isNotNull();
		return pem;
	}

	@Test
	void keyWhenNoneIsGivenThenTheGateways() {
		assertThat(key(true, null, false)).isEqualTo(GATEWAY_KEY);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void keyWhenTokensAreSharedThenMustBeGiven() {
		key(true, null, true);
		assertThat(this.errors).singleElement()
			.satisfies((error) -> assertThat(error.problem()).contains("though there is a store"));
	}

	@Test
	void keyWhenNotBoundThenNone() {
		assertThat(key(null, null, true)).isNull();
		assertThat(key(false, PKCS8, true)).isNull();
		assertThat(this.errors).isEmpty();
	}

	private @Nullable DpopKey key(@Nullable Boolean dpop, @Nullable String dpopKey, boolean shared) {
		OAuthClientCredentialsOptions options = new OAuthClientCredentialsOptions();
		options.setDpop(dpop);
		options.setDpopKey(dpopKey);
		return new DpopOptionsChecker(options, new OptionErrors(this.errors), () -> GATEWAY_KEY).key(shared);
	}

}
