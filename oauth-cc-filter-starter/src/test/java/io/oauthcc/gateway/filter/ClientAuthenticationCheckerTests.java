package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import io.oauthcc.gateway.fixture.ClientKeys;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.IssuedAssertion;
import io.oauthcc.gateway.token.SigningKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Tests for {@link ClientAuthenticationChecker}, and {@link PrivateKeyChecker} through
 * it.
 */
class ClientAuthenticationCheckerTests {

	private static final KeyPair RSA = ClientKeys.rsa(2048);

	private static final KeyPair P256 = ClientKeys.ec("secp256r1");

	private static final String SECRET = "hush-a-secret-of-32-characters-..";

	private static final String ASSERTION = jwt("{\"iss\":\"https://cluster\",\"sub\":\"workload\",\"aud\":\"idp\"}");

	private final OAuthClientCredentialsOptions options = new OAuthClientCredentialsOptions();

	private final List<OptionError> errors = new ArrayList<>();

	/** All that may stand there or not, with every method: as documented. */
	@ParameterizedTest
	@EnumSource(ClientAuthentication.class)
	void credentialsWhenAnyCombinationThenAcceptedAsDocumented(ClientAuthentication method) throws IOException {
		List<String> row = documented(method);
		for (int set = 0; set < 32; set++) {
			boolean[] there = new boolean[5];
			for (int i = 0; i < there.length; i++) {
				there[i] = (set & (1 << i)) != 0;
			}
			OAuthClientCredentialsOptions options = new OAuthClientCredentialsOptions();
			options.setClientAuthentication(method);
			options.setClientId(there[0] ? "id" : null);
			options.setClientSecret(there[1] ? SECRET : null);
			options.getPrivateKey().setKey(there[2] ? ClientKeys.pkcs8(RSA.getPrivate()) : null);
			options.setAssertionFile(there[3] ? ASSERTION : null);
			List<OptionError> errors = new ArrayList<>();
			ClientAuthenticationChecker checker = new ClientAuthenticationChecker(options, there[4],
					new OptionErrors(errors));
			ClientCredentials credentials = checker.credentials();
			assertThat(errors.isEmpty()).as("%s with %s: %s", method, Arrays.toString(there), errors)
				.isEqualTo(isDocumented(row, there));
			if (errors.isEmpty()) {
				assertThat(credentials == null).isEqualTo(checker.isApplicationLevel()).isEqualTo(!there[0]);
			}
			assertThat(errors).allSatisfy((error) -> assertThat(error.action()).isNotEmpty());
		}
	}

	private static List<String> documented(ClientAuthentication method) throws IOException {
		String start = "| `%s` |".formatted(method.value());
		String row = Files.readAllLines(Path.of("..", "docs", "client-authentication.md"))
			.stream()
			.filter((line) -> line.startsWith(start))
			.findFirst()
			.orElseThrow();
		return Stream.of(row.substring(start.length()).split("\\|")).map(String::trim).limit(5).toList();
	}

	private static boolean isDocumented(List<String> row, boolean[] there) {
		int together = 0;
		int oneOf = 0;
		for (int i = 0; i < there.length; i++) {
			switch (row.get(i)) {
				case "required" -> {
					if (!there[i]) {
						return false;
					}
				}
				case "refused" -> {
					if (there[i]) {
						return false;
					}
				}
				case "together" -> together += there[i] ? 1 : -1;
				case "one of" -> oneOf += there[i] ? 1 : -1;
				case "optional" -> {
				}
				default -> throw new IllegalStateException(row.get(i));
			}
		}
		return (!row.contains("together") || Math.abs(together) == 2) && oneOf == 0;
	}

	@ParameterizedTest
	@MethodSource
	void signingKeyWhenPemOfAnyFormThenSigns(String pem, String algorithm) {
		SigningKey key = signingKey((privateKey) -> privateKey.setKey(pem));
		assertThat(key.jwk().getAlgorithm().getName()).isEqualTo(algorithm);
		assertThat(key.jwk().getKeyID()).isNull();
		assertThat(key.jwk().getX509CertSHA256Thumbprint()).isNull();
		assertThat(key).hasToString("SigningKey[]");
	}

	static Stream<Arguments> signingKeyWhenPemOfAnyFormThenSigns() {
		return Stream.of(argumentSet("RSA, PKCS#8", ClientKeys.pkcs8(RSA.getPrivate()), "RS256"),
				argumentSet("RSA, PKCS#1", ClientKeys.pkcs1(RSA), "RS256"),
				argumentSet("RSA-PSS", ClientKeys.pkcs8(ClientKeys.ofKind("RSASSA-PSS").getPrivate()), "PS256"),
				argumentSet("EC, PKCS#8", ClientKeys.pkcs8(P256.getPrivate()), "ES256"),
				argumentSet("EC, SEC 1", ClientKeys.sec1(P256.getPrivate()), "ES256"),
				argumentSet("P-384", ClientKeys.pkcs8(ClientKeys.ec("secp384r1").getPrivate()), "ES384"),
				argumentSet("P-521", ClientKeys.pkcs8(ClientKeys.ec("secp521r1").getPrivate()), "ES512"));
	}

	@Test
	void signingKeyWhenEncryptedThenPasswordOpensIt() {
		SigningKey key = signingKey((privateKey) -> {
			privateKey.setKey(ClientKeys.encrypted(RSA.getPrivate(), "hush-password"));
			privateKey.setPassword("hush-password");
		});
		assertThat(key.jwk().getKeyType().getValue()).isEqualTo("RSA");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none", value = { "none", "hush-other" })
	void signingKeyWhenPasswordIsMissingOrWrongThenRefused(@Nullable String password) {
		assertThat(refused((privateKey) -> {
			privateKey.setKey(ClientKeys.encrypted(RSA.getPrivate(), "hush-password"));
			privateKey.setPassword(password);
		})).startsWith("privateKey.key: is no PEM that can be read").contains("privateKey.password");
	}

	@Test
	void signingKeyWhenIdAlgorithmAndCertificateThenInHeader() throws Exception {
		SigningKey key = signingKey((privateKey) -> {
			privateKey.setKey(ClientKeys.pkcs8(P256.getPrivate()));
			privateKey.setKeyId("key-1");
			privateKey.setAlgorithm(SignatureAlgorithm.ES256);
			privateKey.setCertificate(ClientKeys.certificate(P256));
		});
		JWK certified = JWK.parseFromPEMEncodedX509Cert(ClientKeys.certificate(P256));
		assertThat(key.jwk().getKeyID()).isEqualTo("key-1");
		assertThat(key.jwk().getX509CertSHA256Thumbprint()).isInstanceOf(Base64URL.class);
		assertThat(key.jwk().computeThumbprint()).isEqualTo(certified.computeThumbprint());
	}

	@ParameterizedTest
	@EnumSource(SignatureAlgorithm.class)
	void signingKeyWhenAlgorithmThenOnlyIfItFits(SignatureAlgorithm algorithm) {
		assertThat(isSigningWith(RSA, algorithm)).isEqualTo(!algorithm.getName().startsWith("ES"));
		assertThat(isSigningWith(P256, algorithm)).isEqualTo(algorithm == SignatureAlgorithm.ES256);
	}

	private boolean isSigningWith(KeyPair pair, SignatureAlgorithm algorithm) {
		PrivateKeyOptions options = new PrivateKeyOptions();
		options.setKey(ClientKeys.pkcs8(pair.getPrivate()));
		options.setAlgorithm(algorithm);
		List<OptionError> errors = new ArrayList<>();
		SigningKey key = new PrivateKeyChecker(options, new OptionErrors(errors)).signingKey();
		assertThat(errors).allSatisfy((error) -> assertThat(error.option()).isEqualTo("privateKey.algorithm"));
		assertThat(errors.isEmpty()).isEqualTo(key != null);
		return key != null && key.jwk().getAlgorithm().getName().equals(algorithm.getName());
	}

	@ParameterizedTest
	@MethodSource
	void signingKeyWhenItCannotSignThenRefusedWithTheReason(String pem, String problem) {
		assertThat(refused((privateKey) -> privateKey.setKey(pem))).startsWith("privateKey.key: " + problem);
	}

	static Stream<Arguments> signingKeyWhenItCannotSignThenRefusedWithTheReason() {
		return Stream.of(
				argumentSet("Ed25519", ClientKeys.pkcs8(ClientKeys.ofKind("Ed25519").getPrivate()),
						"is an Ed25519 or Ed448 key, for which Spring Security signs no assertion"),
				argumentSet("X25519", ClientKeys.pkcs8(ClientKeys.ofKind("X25519").getPrivate()), "is of the kind X"),
				argumentSet("short", ClientKeys.pkcs8(ClientKeys.rsa(1024).getPrivate()), "has 1024 bits, too few"),
				argumentSet("no PEM", "hush", "is no PEM that can be read"),
				argumentSet("a certificate", ClientKeys.certificate(RSA), "is no PEM that can be read"),
				argumentSet("zero", ClientKeys.sec1(BigInteger.ZERO), "is no key that can be used"),
				argumentSet("broken", "-----BEGIN PRIVATE KEY-----\naHVzaA==\n-----END PRIVATE KEY-----",
						"is no PEM that can be read"));
	}

	@Test
	void signingKeyWhenCertificateIsOfAnotherKeyThenRefused() {
		for (KeyPair other : List.of(ClientKeys.rsa(2048), P256)) {
			assertThat(refused((privateKey) -> {
				privateKey.setKey(ClientKeys.pkcs8(RSA.getPrivate()));
				privateKey.setCertificate(ClientKeys.certificate(other));
			})).startsWith("privateKey.certificate: is of another key");
		}
		assertThat(refused((privateKey) -> {
			privateKey.setKey(ClientKeys.pkcs8(P256.getPrivate()));
			privateKey.setCertificate(ClientKeys.certificate(ClientKeys.ec("secp256r1")));
		})).startsWith("privateKey.certificate: is of another key");
	}

	@Test
	void signingKeyWhenCertificateIsNoPemThenRefused() {
		assertThat(refused((privateKey) -> {
			privateKey.setKey(ClientKeys.pkcs8(RSA.getPrivate()));
			privateKey.setCertificate("hush");
		})).startsWith("privateKey.certificate: is no PEM that can be read");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"hush-a-secret-of-31-characters- | clientSecret: has 31 characters, too few to sign an assertion with HS256",
			"                                | clientSecret: missing, though clientAuthentication is client_secret_jwt" })
	void credentialsWhenSecretIsTooShortToSignThenRefused(@Nullable String secret, String problem) {
		this.options.setClientAuthentication(ClientAuthentication.CLIENT_SECRET_JWT);
		this.options.setClientId("id");
		this.options.setClientSecret(secret);
		assertThat(check().credentials()).isNull();
		assertThat(theError()).startsWith(problem);
	}

	@Test
	void credentialsWhenSecretSignsThenItIsSentNowhere() {
		this.options.setClientAuthentication(ClientAuthentication.CLIENT_SECRET_JWT);
		this.options.setClientId("id");
		this.options.setClientSecret(SECRET);
		ClientCredentials credentials = Objects.requireNonNull(check().credentials());
		assertThat(credentials.clientSecret()).isEmpty();
		assertThat(credentials.assertions()).isInstanceOf(SigningKey.class);
	}

	@Test
	void credentialsWhenAssertionFileThenItsText() {
		this.options.setClientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT);
		this.options.setClientId("id");
		this.options.setAssertionFile(ASSERTION);
		assertThat(Objects.requireNonNull(check().credentials()).assertions())
			.isInstanceOfSatisfying(IssuedAssertion.class, (issued) -> {
				assertThat(issued.text()).isEqualTo(ASSERTION);
				assertThat(issued).hasToString("IssuedAssertion[]");
			});
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.INCLUDE, names = { "TLS_CLIENT_AUTH", "SELF_SIGNED_TLS_CLIENT_AUTH" })
	void credentialsWhenCertificateWouldNotBeShownThenRefused(ClientAuthentication method) {
		this.options.setClientAuthentication(method);
		this.options.setClientId("id");
		this.options.setUrl("HTTP://hush/token");
		new ClientAuthenticationChecker(this.options, true, new OptionErrors(this.errors)).credentials();
		assertThat(theError()).startsWith("url: is of http, over which no certificate is shown");
	}

	@Test
	void signingKeyWhenIdEndsInALineBreakThenRefused() {
		this.options.setClientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT);
		this.options.setClientId("id");
		this.options.getPrivateKey().setKey(ClientKeys.pkcs8(P256.getPrivate()));
		this.options.getPrivateKey().setKeyId("key-1\n");
		check().credentials();
		assertThat(theError()).startsWith("privateKey.keyId: has a control character");
	}

	@Test
	void credentialsWhenSecretThatSignsEndsInALineBreakThenRefused() {
		this.options.setClientAuthentication(ClientAuthentication.CLIENT_SECRET_JWT);
		this.options.setClientId("id");
		this.options.setClientSecret(SECRET + "\n");
		check().credentials();
		assertThat(theError()).startsWith("clientSecret: has a control character");
	}

	@ParameterizedTest
	@MethodSource
	void credentialsWhenFileHoldsNoAssertionThenRefused(String text) {
		this.options.setClientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT);
		this.options.setClientId("id");
		this.options.setAssertionFile(text);
		assertThat(check().credentials()).isNull();
		assertThat(theError()).startsWith("assertionFile: holds no signed JWT with an issuer and a subject");
	}

	static Stream<String> credentialsWhenFileHoldsNoAssertionThenRefused() {
		return Stream.of("hush", "urn:file:/hush", jwt("{\"iss\":\"hush\"}"), jwt("{\"sub\":\"hush\"}"), jwt("hush"),
				ASSERTION + "\n" + ASSERTION, ASSERTION + "\n", ASSERTION + " c2ln", ASSERTION + "!");
	}

	@ParameterizedTest
	@EnumSource(ClientAuthentication.class)
	void isApplicationLevelWhenNothingButMethodThenForCallersMethodsAlone(ClientAuthentication method) {
		this.options.setClientAuthentication(method);
		this.options.setClientId("");
		this.options.setClientSecret(" ");
		this.options.setAssertionFile("");
		ClientAuthenticationChecker checker = check();
		assertThat(checker.credentials()).isNull();
		assertThat(checker.isApplicationLevel()).isEqualTo(method.isForCallers());
		assertThat(this.errors.isEmpty()).isEqualTo(method.isForCallers());
	}

	@Test
	void credentialsWhenAudienceButNothingIsSignedThenRefused() {
		this.options.getClientAssertion().setAudience("https://idp");
		check().credentials();
		assertThat(theError()).startsWith("clientAssertion.audience: means nothing, since no assertion is signed");
	}

	private SigningKey signingKey(Consumer<PrivateKeyOptions> key) {
		ClientCredentials credentials = credentials(key);
		assertThat(this.errors).isEmpty();
		return (SigningKey) Objects.requireNonNull(Objects.requireNonNull(credentials).assertions());
	}

	private String refused(Consumer<PrivateKeyOptions> key) {
		this.errors.clear();
		assertThat(credentials(key)).isNull();
		return theError();
	}

	private @Nullable ClientCredentials credentials(Consumer<PrivateKeyOptions> key) {
		this.options.setClientAuthentication(ClientAuthentication.PRIVATE_KEY_JWT);
		this.options.setClientId("id");
		key.accept(this.options.getPrivateKey());
		return check().credentials();
	}

	private String theError() {
		assertThat(this.errors).hasSize(1);
		OptionError error = this.errors.get(0);
		String text = "%s: %s. %s".formatted(error.option(), error.problem(), error.action());
		assertThat(text).doesNotContain("hush", "aHVz", "PRIVATE KEY");
		return text;
	}

	private ClientAuthenticationChecker check() {
		return new ClientAuthenticationChecker(this.options, false, new OptionErrors(this.errors));
	}

	private static String jwt(String claims) {
		return Base64URL.encode("{\"alg\":\"RS256\"}") + "." + Base64URL.encode(claims) + ".c2ln";
	}

}
