package io.oauthcc.gateway.token.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.fixture.ClientKeys;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.IssuedAssertion;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.SigningKey;
import io.oauthcc.gateway.token.TestGrants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What goes into a token request of a client that authenticates itself without sending a
 * secret.
 */
class AssertionAuthenticatorTests {

	private static final String TOKEN_URI = "https://idp.example/oauth2/token?tenant=a";

	private final TestGrants grant = TestGrants.grant()
		.tokenUri(TOKEN_URI)
		.clientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT);

	@ParameterizedTest
	@MethodSource("keys")
	void authenticateWhenKeyThenVerifiesAndSaysWhoForWhomAndForHowLong(JWK key, JWSVerifier verifier) throws Exception {
		SignedJWT assertion = signed(key);
		assertThat(assertion.verify(verifier)).isTrue();
		assertThat(assertion.getHeader().getAlgorithm()).isEqualTo(key.getAlgorithm());
		JWTClaimsSet claims = assertion.getJWTClaimsSet();
		assertThat(claims.getIssuer()).isEqualTo("the:client");
		assertThat(claims.getSubject()).isEqualTo("the:client");
		assertThat(claims.getAudience()).containsExactly(TOKEN_URI);
		assertThat(claims.getIssueTime()).isEqualTo(Date.from(MutableClock.START));
		assertThat(claims.getExpirationTime()).isEqualTo(Date.from(MutableClock.START.plusSeconds(60)));
		assertThat(claims.getJWTID()).isNotEmpty();
	}

	static Stream<Arguments> keys() throws Exception {
		KeyPair rsa = ClientKeys.rsa(2048);
		Stream<Arguments> ofRsa = Stream
			.of(JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512, JWSAlgorithm.PS256, JWSAlgorithm.PS384,
					JWSAlgorithm.PS512)
			.map((algorithm) -> argumentSet(algorithm.getName(), rsaKey(rsa, algorithm),
					new RSASSAVerifier((RSAPublicKey) rsa.getPublic())));
		OctetSequenceKey secret = new OctetSequenceKey.Builder(new byte[32]).algorithm(JWSAlgorithm.HS256).build();
		return Stream.concat(ofRsa, Stream.of(ofEc("secp256r1", Curve.P_256, JWSAlgorithm.ES256),
				ofEc("secp384r1", Curve.P_384, JWSAlgorithm.ES384), ofEc("secp521r1", Curve.P_521, JWSAlgorithm.ES512),
				argumentSet("HS256", secret, new MACVerifier(secret))));
	}

	private static Arguments ofEc(String name, Curve curve, JWSAlgorithm algorithm) throws Exception {
		KeyPair pair = ClientKeys.ec(name);
		ECPublicKey publicKey = (ECPublicKey) pair.getPublic();
		return argumentSet(algorithm.getName(),
				new ECKey.Builder(curve, publicKey).privateKey(pair.getPrivate()).algorithm(algorithm).build(),
				new ECDSAVerifier(publicKey));
	}

	private static JWK rsaKey(KeyPair pair, JWSAlgorithm algorithm) {
		return new RSAKey.Builder((RSAPublicKey) pair.getPublic()).privateKey(pair.getPrivate())
			.algorithm(algorithm)
			.keyID("key-1")
			.x509CertSHA256Thumbprint(Base64URL.encode("thumbprint"))
			.build();
	}

	@Test
	void authenticateWhenKeyHasIdAndCertificateThenInHeader() throws Exception {
		SignedJWT assertion = signed(rsaKey(ClientKeys.rsa(2048), JWSAlgorithm.RS256));
		assertThat(assertion.getHeader().getKeyID()).isEqualTo("key-1");
		assertThat(assertion.getHeader().getX509CertSHA256Thumbprint()).isEqualTo(Base64URL.encode("thumbprint"));
	}

	@Test
	void authenticateWhenAudienceThenThatAlone() throws Exception {
		this.grant.assertionAudience("https://idp.example");
		assertThat(signed(rsaKey(ClientKeys.rsa(2048), JWSAlgorithm.RS256)).getJWTClaimsSet().getAudience())
			.containsExactly("https://idp.example");
	}

	@Test
	void authenticateWhenRepeatedThenEachAssertionHasAnIdOfItsOwn() throws Exception {
		OctetSequenceKey key = new OctetSequenceKey.Builder(new byte[32]).algorithm(JWSAlgorithm.HS256).build();
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < 1000; i++) {
			ids.add(signed(key).getJWTClaimsSet().getJWTID());
		}
		assertThat(ids).hasSize(1000);
	}

	@Test
	void authenticateWhenIssuedAssertionThenAsItIs() {
		String text = Base64URL.encode("{\"alg\":\"RS256\"}") + "."
				+ Base64URL.encode("{\"iss\":\"cluster\",\"sub\":\"workload\"}") + ".c2ln";
		IssuedAssertion issued = Objects.requireNonNull(IssuedAssertion.read(text));
		assertThat(form(ClientCredentials.of("the:client", issued)))
			.containsExactlyInAnyOrderEntriesOf(Map.of("client_id", "the:client", "client_assertion_type",
					"urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", text));
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.INCLUDE, names = { "NONE", "TLS_CLIENT_AUTH", "SELF_SIGNED_TLS_CLIENT_AUTH" })
	void authenticateWhenNothingIsSentThenIdAlone(ClientAuthentication method) {
		this.grant.clientAuthentication(method);
		assertThat(form(ClientCredentials.withoutSecret("the:client"))).isEqualTo(Map.of("client_id", "the:client"));
	}

	private SignedJWT signed(JWK key) throws Exception {
		Map<String, String> form = form(ClientCredentials.of("the:client", new SigningKey(key)));
		assertThat(form).containsOnlyKeys("client_id", "client_assertion_type", "client_assertion")
			.containsEntry("client_id", "the:client")
			.containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
		return SignedJWT.parse(form.get("client_assertion"));
	}

	private Map<String, String> form(ClientCredentials credentials) {
		FormBody form = new FormBody();
		HttpHeaders headers = new HttpHeaders();
		ClientAuthenticator.of(this.grant.build(), this.grant.build().tokenEndpoint().uri(), new MutableClock())
			.authenticate(credentials, this.grant.build(), headers, form);
		assertThat(headers.headerNames()).isEmpty();
		Map<String, String> parameters = new LinkedHashMap<>();
		for (String pair : new String(form.toBytes(), StandardCharsets.US_ASCII).split("&", -1)) {
			String[] parts = pair.split("=", 2);
			parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		return parameters;
	}

}
