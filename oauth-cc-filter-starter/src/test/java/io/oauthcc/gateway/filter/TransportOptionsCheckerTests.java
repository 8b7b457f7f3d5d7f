package io.oauthcc.gateway.filter;

import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.oauthcc.gateway.fixture.Certificates;
import io.oauthcc.gateway.token.TlsSettings;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TransportOptionsChecker}, {@link TlsOptionsChecker} and
 * {@link TlsBundles}.
 */
class TransportOptionsCheckerTests {

	private static final Certificates certificates = new Certificates();

	private static final HeldCertificate client = certificates.issue();

	private final List<OptionError> errors = new ArrayList<>();

	private final OAuthClientCredentialsOptions.ClientConfig options = new OAuthClientCredentialsOptions.ClientConfig();

	private final DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();

	private final AtomicInteger changes = new AtomicInteger();

	private final TlsBundles bundles = new TlsBundles(this.registry, this.changes::incrementAndGet);

	@Test
	void settingsWhenKeyEncryptedThenPasswordOpensIt() throws Exception {
		show(client.certificatePem(), Certificates.encrypted(client.keyPair(), "hush"));
		this.options.getTls().setKeyPassword("hush");
		assertThat(tls().key()).isEqualTo(client.keyPair().getPrivate());
		assertThat(this.errors).isEmpty();
		this.options.getTls().setKeyPassword("hush-other");
		tls();
		assertThat(this.errors).singleElement()
			.satisfies((error) -> assertThat(error.option()).isEqualTo("clientConfig.tls.key"))
			.asString()
			.doesNotContain("hush");
	}

	@Test
	void settingsWhenKeyIsOfAnotherCertificateThenError() {
		for (HeldCertificate other : List.of(certificates.issue(), certificates.issueRsa())) {
			this.errors.clear();
			show(client.certificatePem(), other.privateKeyPkcs8Pem());
			tls();
			assertThat(this.errors).extracting(OptionError::problem)
				.containsExactly("does not belong to the first certificate of cert");
		}
	}

	@Test
	void settingsWhenBundleThenItsCertificatesAndKeyAndLaterTheChangedOnes() {
		HeldCertificate next = certificates.issueRsa();
		this.registry.registerBundle("idp", bundle(client, SslOptions.NONE));
		this.options.getTls().setBundle("idp");
		assertThat(tls().chain()).containsExactly(client.certificate());
		assertThat(tls().key()).isEqualTo(client.keyPair().getPrivate());
		assertThat(tls().trusted()).containsExactly(certificates.authority().certificate());
		this.registry.updateBundle("idp", bundle(next, SslOptions.NONE));
		assertThat(this.changes).as("followed once, however often it is asked for").hasValue(1);
		assertThat(tls().chain()).containsExactly(next.certificate());
		assertThat(this.errors).isEmpty();
	}

	@Test
	void settingsWhenKeyStoreHasPasswordThenItOpensKey() throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		store.setKeyEntry("one", certificates.issue().keyPair().getPrivate(), "hush".toCharArray(),
				new Certificate[] { client.certificate() });
		store.setKeyEntry("two", client.keyPair().getPrivate(), "hush".toCharArray(),
				new Certificate[] { client.certificate() });
		this.registry.registerBundle("idp",
				SslBundle.of(SslStoreBundle.of(store, "hush", null), SslBundleKey.of(null, "two")));
		this.options.getTls().setBundle("idp");
		assertThat(tls().key()).isEqualTo(client.keyPair().getPrivate());
		assertThat(this.errors).isEmpty();
	}

	@Test
	void settingsWhenBundleHasOptionsOrIsMixedUpThenError() {
		this.registry.registerBundle("options", bundle(client, SslOptions.of(null, Set.of("TLSv1.1"))));
		this.registry.registerBundle("mixed",
				SslBundle.of(new PemSslStoreBundle(PemSslStoreDetails.forCertificate(client.certificatePem())
					.withPrivateKey(certificates.issue().privateKeyPkcs8Pem()), null)));
		this.options.getTls().setBundle("options");
		tls();
		this.options.getTls().setBundle("mixed");
		tls();
		assertThat(this.errors).extracting(OptionError::problem)
			.containsExactly("has a bundle with options, which are not kept to",
					"has a bundle whose key does not belong to its certificate");
	}

	@Test
	void settingsWhenTrustStoreIsEmptyThenErrorInsteadOfSystemsTrust() throws Exception {
		KeyStore empty = KeyStore.getInstance("PKCS12");
		empty.load(null, null);
		this.registry.registerBundle("idp", SslBundle.of(SslStoreBundle.of(null, null, empty)));
		this.options.getTls().setBundle("idp");
		tls();
		assertThat(this.errors).extracting(OptionError::problem)
			.containsExactly("has a bundle that cannot be read (KeyStoreException)");
	}

	@Test
	void settingsWhenKeyPasswordBesideBundleThenError() {
		this.registry.registerBundle("idp", bundle(client, SslOptions.NONE));
		this.options.getTls().setBundle("idp");
		this.options.getTls().setKeyPassword("hush");
		tls();
		assertThat(this.errors).extracting(OptionError::option).containsExactly("clientConfig.tls.bundle");
	}

	@Test
	void settingsWhenBundleIsNamedByWhomMayReferToNoSecretThenError() {
		this.registry.registerBundle("idp", bundle(client, SslOptions.NONE));
		this.options.getTls().setBundle("idp");
		TlsSettings tls = new TransportOptionsChecker(this.options, new OptionErrors(this.errors), this.bundles,
				(reference) -> false)
			.settings()
			.tls();
		assertThat(tls.key()).isNull();
		assertThat(this.errors).extracting(OptionError::option).containsExactly("clientConfig.tls.bundle");
	}

	@Test
	void concernsWhenCertificateEndsSoonOrNothingIsVerifiedThenSaidSo() {
		show(certificates.issue(Duration.ofDays(-1), Duration.ofDays(31)));
		assertThat(TransportConcerns.of(tls(), Instant.now())).isEmpty();
		assertThat(TransportConcerns.of(tls(), Instant.now().plus(Duration.ofDays(2)))).singleElement()
			.asString()
			.startsWith("clientConfig.tls: a certificate ends at ");
		assertThat(TransportConcerns.of(tls(), Instant.now().plus(Duration.ofDays(32)))).singleElement()
			.asString()
			.startsWith("clientConfig.tls: a certificate has ended at ");
		this.options.getTls().setInsecureSkipVerify(true);
		assertThat(TransportConcerns.of(tls(), Instant.now())).singleElement()
			.asString()
			.startsWith("clientConfig.tls.insecureSkipVerify");
	}

	private void show(HeldCertificate held) {
		show(held.certificatePem(), held.privateKeyPkcs8Pem());
	}

	private void show(String certificate, String key) {
		this.options.getTls().setCert(certificate);
		this.options.getTls().setKey(key);
	}

	private TlsSettings tls() {
		return new TransportOptionsChecker(this.options, new OptionErrors(this.errors), this.bundles,
				(reference) -> true)
			.settings()
			.tls();
	}

	private static SslBundle bundle(HeldCertificate held, SslOptions options) {
		return SslBundle.of(
				new PemSslStoreBundle(
						PemSslStoreDetails.forCertificate(held.certificatePem())
							.withPrivateKey(held.privateKeyPkcs8Pem()),
						PemSslStoreDetails.forCertificate(certificates.authority().certificatePem())),
				SslBundleKey.NONE, options);
	}

}
