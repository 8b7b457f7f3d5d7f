package io.oauthcc.gateway.filter;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.oauthcc.gateway.fixture.Callers;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.Upstream;
import io.oauthcc.gateway.token.client.JwtAccessTokenVerifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tokens that are verified before they are used; the id of a caller says what is wrong
 * with its token.
 */
@ExtendWith(OutputCaptureExtension.class)
class JwtVerificationIntegrationTests {

	private static final String CONFIGURATION = """
			oauth-cc.defaults:
			  url: <idp>
			  clientConfig.timeoutSeconds: 1
			  cache.refusalTtl: 0s
			spring.cloud.gateway.server.webflux.routes:
			  - id: keys
			    uri: <upstream>
			    predicates: [Path=/keys/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          jwt: {verify: true, jwkSetUri: <keys>/jwks, issuer: <keys>, audiences: 'orders,billing'}
			  - id: issuer
			    uri: <upstream>
			    predicates: [Path=/issuer/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          jwt: {verify: true, issuer: <keys>}
			  - id: gone
			    uri: <upstream>
			    predicates: [Path=/gone/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          jwt: {verify: true, jwkSetUri: <keys>/gone}
			  - id: trusting
			    uri: <upstream>
			    predicates: [Path=/trusting/**]
			    filters: [{name: OAuthClientCredentials, args: {url: <idp>}}]
			""";

	private static final List<String> CALLERS = List.of("rs256", "ps384", "es256", "billing", "skewed", "stranger",
			"expired", "early", "other-issuer", "other-audience", "none", "hmac", "opaque", "no-audience", "endless",
			"brief");

	private static RSAKey rsa;

	private static ECKey ec;

	private static RSAKey stranger;

	private static TokenEndpoint idp;

	private static Upstream upstream;

	private static Upstream keys;

	private static TestGateway gateway;

	@BeforeAll
	static void start() throws JOSEException {
		rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
		ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
		stranger = new RSAKeyGenerator(2048).keyID("rsa").generate();
		idp = TokenEndpoint.start();
		upstream = Upstream.start();
		keys = Upstream.start();
		// Before the gateway starts, which fetches them then.
		keys.answer((call) -> switch (call.uri()) {
			case "/jwks" -> json(new JWKSet(List.of(rsa, ec)).toPublicJWKSet().toString());
			case "/.well-known/openid-configuration" ->
				json("{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/jwks\"}".formatted(keys.url()));
			default -> new Upstream.Answer(404, "", Map.of());
		});
		gateway = TestGateway.start(CONFIGURATION,
				Map.of("idp", idp.url(), "upstream", upstream.url(), "keys", keys.url()));
	}

	@AfterAll
	static void stop() {
		gateway.close();
		keys.close();
		upstream.close();
		idp.close();
	}

	@BeforeEach
	void reset() {
		idp.reset();
		upstream.reset();
		Map<String, String> tokens = new HashMap<>();
		// Not on the double's event loop: signing may block.
		CALLERS.forEach((caller) -> tokens.put(TestGateway.basic(caller, "hush-secret"), token(caller)));
		idp.answer((call) -> TokenEndpoint.token(Objects.requireNonNull(tokens.get(call.authorization()))));
	}

	private static Upstream.Answer json(String body) {
		return new Upstream.Answer(200, body, Map.of("Content-Type", "application/json"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "rs256", "ps384", "es256", "billing" })
	void tokenWhenItPassesThenUsedAndVerifiedOnce(String caller) {
		assertThat(status("/keys/x", caller)).isEqualTo(200);
		assertThat(status("/keys/x", caller)).isEqualTo(200);
		assertThat(idp.calls()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "stranger", "expired", "early", "other-issuer", "other-audience", "none", "hmac", "opaque",
			"no-audience", "endless" })
	void tokenWhenItDoesNotPassThen502AndNotKept(String caller) {
		long before = unverified();
		assertThat(status("/keys/x", caller)).isEqualTo(502);
		assertThat(status("/keys/x", caller)).isEqualTo(502);
		assertThat(idp.calls()).hasSize(2);
		assertThat(unverified()).isEqualTo(before + 2);
		assertThat(upstream.received()).isEmpty();
		assertThat(status("/trusting/x", caller)).isEqualTo(200);
	}

	@Test
	void tokenWhenIssuerTellsWhereKeysAreThenVerified(CapturedOutput output) {
		assertThat(status("/issuer/x", "es256")).isEqualTo(200);
		assertThat(status("/issuer/x", "other-issuer")).isEqualTo(502);
		assertThat(output).contains("UNVERIFIED, the token that was issued is not used: The iss claim is not valid");
	}

	@Test
	void tokenWhenItEndsBeforeExpiresInThenNotUsedAfterThat() {
		assertThat(status("/keys/x", "brief")).isEqualTo(200);
		assertThat(status("/keys/x", "brief")).isEqualTo(200);
		// Within the skew of clocks, but of no more use to anybody else.
		assertThat(idp.calls()).hasSize(2);
	}

	@Test
	void keysWhenTheyCannotBeHadThen502AndOtherRoutesServe(CapturedOutput output) {
		assertThat(status("/gone/x", "rs256")).isEqualTo(502);
		assertThat(status("/trusting/x", "rs256")).isEqualTo(200);
		assertThat(output.getOut()).contains("the keys cannot be had").doesNotContain("eyJ");
	}

	private static int status(String path, String caller) {
		return Callers.call(gateway.url() + path, caller).status();
	}

	private static long unverified() {
		return gateway.context().getBean(JwtAccessTokenVerifier.class).unverifiedTokens();
	}

	private static String token(String caller) {
		try {
			return token(caller, claims(caller));
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JWTClaimsSet claims(String caller) {
		Instant now = Instant.now();
		Duration skew = caller.equals("skewed") || caller.equals("brief") ? Duration.ofSeconds(30)
				: Duration.ofMinutes(5);
		boolean past = caller.equals("expired") || caller.equals("skewed") || caller.equals("brief");
		JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
			.issuer(caller.equals("other-issuer") ? "https://other.example" : keys.url())
			.expirationTime(Date.from(past ? now.minus(skew) : now.plus(skew)))
			.notBeforeTime(Date.from(caller.equals("early") ? now.plus(skew) : now.minus(Duration.ofHours(1))));
		if (!caller.equals("no-audience")) {
			claims.audience(List.of("else",
					caller.equals("other-audience") ? "other" : caller.equals("billing") ? "billing" : "orders"));
		}
		if (caller.equals("endless")) {
			claims.expirationTime(null);
		}
		return claims.build();
	}

	private static String token(String caller, JWTClaimsSet claims) throws JOSEException {
		return switch (caller) {
			case "opaque" -> "hush-opaque";
			case "none" -> new PlainJWT(claims).serialize();
			// The public key as the secret of an HMAC.
			case "hmac" -> sign(JWSAlgorithm.HS256, "rsa", new MACSigner(rsa.toRSAPublicKey().getEncoded()), claims);
			case "es256" -> sign(JWSAlgorithm.ES256, "ec", new ECDSASigner(ec), claims);
			case "ps384" -> sign(JWSAlgorithm.PS384, "rsa", new RSASSASigner(rsa), claims);
			case "stranger" -> sign(JWSAlgorithm.RS256, "rsa", new RSASSASigner(stranger), claims);
			default -> sign(JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa), claims);
		};
	}

	private static String sign(JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet claims)
			throws JOSEException {
		SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
		jwt.sign(signer);
		return jwt.serialize();
	}

}
