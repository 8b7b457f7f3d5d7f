package io.oauthcc.gateway.token;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TransportSettings} and what they are made of.
 */
class TransportSettingsTests {

	private static final HeldCertificate OWN = new HeldCertificate.Builder()
		.validityInterval(0, Instant.parse("2030-01-01T00:00:00Z").toEpochMilli())
		.build();

	private static final HeldCertificate LONGER = new HeldCertificate.Builder()
		.validityInterval(0, Instant.parse("2031-01-01T00:00:00Z").toEpochMilli())
		.build();

	@ParameterizedTest
	@CsvSource({ "idp.example, true", "IDP.example, true", "other.example, false", "a.internal, true",
			"a.b.internal, true", "internal, false", "notinternal, false", "[::1], true" })
	void isProxiedWhenHostIsListedThenNot(String host, boolean listed) {
		ProxySettings proxy = new ProxySettings(ProxySettings.Type.HTTP, "proxy", 3128, "user", "hush",
				List.of("idp.example", "*.Internal", "[::1]"));
		assertThat(with(proxy).isProxied(host)).isNotEqualTo(listed);
	}

	@Test
	void isProxiedWhenAllAreListedOrNoProxyThenNot() {
		ProxySettings proxy = new ProxySettings(ProxySettings.Type.HTTP, "proxy", 3128, null, null, List.of("*"));
		assertThat(with(proxy).isProxied("idp.example")).isFalse();
		assertThat(TransportSettings.DEFAULT.isProxied("idp.example")).isFalse();
	}

	@Test
	void toStringWhenPasswordAndKeyThenNotShown() {
		ProxySettings proxy = new ProxySettings(ProxySettings.Type.HTTP, "proxy", 3128, "hush-user", "hush", List.of());
		TlsSettings tls = new TlsSettings(List.of(), false, List.of(OWN.certificate()), OWN.keyPair().getPrivate(),
				false);
		assertThat(new TransportSettings(tls, proxy, TransportSettings.DEFAULT.pool(), false).toString())
			.contains("proxy", "3128")
			.doesNotContain("hush")
			.doesNotContainIgnoringCase("key");
	}

	@Test
	void trustManagersWhenOwnOrSystemOrBothThenTrustThose() throws GeneralSecurityException {
		TrustManagerFactory platform = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		platform.init((KeyStore) null);
		int system = issuers(platform);
		List<X509Certificate> own = List.of(OWN.certificate());
		assertThat(issuers(new TlsSettings(own, false, List.of(), null, false).trustManagers())).isOne();
		assertThat(issuers(new TlsSettings(List.of(), false, List.of(), null, false).trustManagers()))
			.isEqualTo(system);
		assertThat(issuers(new TlsSettings(own, true, List.of(), null, false).trustManagers())).isEqualTo(system + 1);
	}

	private static int issuers(TrustManagerFactory factory) {
		return Arrays.stream(factory.getTrustManagers())
			.map(X509TrustManager.class::cast)
			.mapToInt((manager) -> manager.getAcceptedIssuers().length)
			.sum();
	}

	@Test
	void earliestEndWhenSeveralCertificatesThenThatOfTheFirstToEnd() {
		assertThat(TransportSettings.DEFAULT.tls().earliestEnd()).isNull();
		assertThat(new TlsSettings(List.of(LONGER.certificate()), false, List.of(OWN.certificate()), null, false)
			.earliestEnd()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
		assertThat(new TlsSettings(List.of(OWN.certificate()), false, List.of(LONGER.certificate()), null, false)
			.earliestEnd()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
	}

	private static TransportSettings with(ProxySettings proxy) {
		return new TransportSettings(TransportSettings.DEFAULT.tls(), proxy, TransportSettings.DEFAULT.pool(), false);
	}

}
